import type { Model } from "../connection/connection";
import type { Texts } from "../locales";
import { isMessage, unread } from "./unread";
import { waitingCard } from "./waiting";

/** What one line beside the closed chat says. Never what was written: others may see the screen. */
export interface Hint {
  text: keyof Texts;
  name: string;
  place: number;
}

/** Number of the newest event worth a sound: a message, or that somebody has come. */
export function newestNews({ events }: Pick<Model, "events">): number {
  return events.findLast((event) => isMessage(event) || event.data.type === "conversation.claimed")?.number ?? 0;
}

export function hint(model: Model): Hint | null {
  const news = unread(model).at(-1);
  if (news) return hintOf(news.actor.kind === "agent" ? "hintAgent" : "hintBot", news.actor.name);
  if (model.view?.state === "agent" && hasJustCome(model)) return hintOf("hintJoined", model.view.agent_name);
  if (model.view?.state === "waiting") {
    const { headline, place } = waitingCard(model);
    return { text: headline, name: "", place };
  }
  return null;
}

const hintOf = (text: keyof Texts, name: string | null): Hint => ({ text, name: name ?? "", place: 0 });

function hasJustCome({ events, view }: Model): boolean {
  const came = events.findLast(({ data }) => data.type === "conversation.claimed");
  return came !== undefined && came.number > (view?.visitor_read ?? 0);
}
