/** A customer's timeline in readable sentences: the conversation's events, and what the shop told. */

import { dynamic, t } from ".";
import type { Actor, DeskEvent, Payload } from "../wire";
import type { TimelineEntry } from "../wire-dossier";
import { actorName, eventSentence } from "./events";
import { sentenceValues } from "./values";

const NOBODY: Actor = { kind: "system", id: null, name: null };

export function timelineSentence({ source, type, data, actor }: TimelineEntry): string {
  if (source === "shop") return dynamic(`shop.${type}`, sentenceValues(data), type);
  const event = { data: { ...data, type } as Payload, actor: actor ?? NOBODY };
  return messageSentence(event) ?? eventSentence(event) ?? type;
}

function messageSentence({ data, actor }: Pick<DeskEvent, "data" | "actor">): string | null {
  const name = actorName(actor);
  if (data.type === "note.posted") return t("timeline.note", { name, text: data.text });
  if (data.type !== "message.posted") return null;
  const text = data.text || (data.files ?? []).map((file) => file.name).join(", ");
  return t(data.choice_taken ? "timeline.pressed" : "timeline.said", { name, text });
}
