/** A customer's timeline in readable sentences: the conversation's events, and what the shop told. */

import { forCode, t } from ".";
import type { Actor, DeskEvent, Payload } from "../wire";
import type { TimelineEntry } from "../wire-dossier";
import { actorName, eventSentence } from "./events";
import { money } from "./format";

const NOBODY: Actor = { kind: "system", id: null, name: null };

export function timelineSentence({ source, type, data, actor }: TimelineEntry): string {
  if (source === "shop") return forCode("shop", type, type, shopValues(data));
  const event = { data: { ...data, type } as Payload, actor: actor ?? NOBODY };
  return messageSentence(event) ?? eventSentence(event) ?? type;
}

function messageSentence({ data, actor }: Pick<DeskEvent, "data" | "actor">): string | null {
  const name = actorName(actor);
  if (data.type === "note.posted") return t("timeline.note", { name, text: data.text });
  if (data.type !== "message.posted") return null;
  return t(data.choice_taken ? "timeline.pressed" : "timeline.said", { name, text: data.text });
}

/** Amounts are cents with a currency; in a sentence they stand as money. */
function shopValues(data: Record<string, unknown>): Record<string, string> {
  const values = Object.entries(data).map(([name, value]) => [name, String(value)] as const);
  const cents = data["total_cents"] ?? data["amount_cents"];
  const amount = typeof cents === "number" ? money(cents, String(data["currency"] ?? "EUR")) : "";
  return { ...Object.fromEntries(values), amount };
}
