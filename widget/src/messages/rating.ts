import type { Model } from "../connection/connection";
import type { ConversationRated, Event, RateConversation } from "../connection/wire";

export type About = ConversationRated["about"];

/** Somebody who may be rated now, and what counts so far. */
export interface RatingOffer {
  about: About;
  /** Of the person; empty for the bot. */
  name: string;
  current: { score: number; comment: string } | null;
}

/** After these a person has gone, or all is over; whoever writes or calls again goes on instead of looking back. */
const ENDS: ReadonlySet<string> = new Set(["conversation.closed", "conversation.returned"]);
const GOES_ON: ReadonlySet<string> = new Set(["conversation.reopened", "handover.requested", "conversation.claimed"]);

/** The number of the event after which there is something to look back on; null while the talk goes on. */
export function ending(events: readonly Event[]): number | null {
  const last = events.findLast(({ actor, data }) => ENDS.has(data.type) || GOES_ON.has(data.type) || isWord(actor.kind, data.type));
  return last && ENDS.has(last.data.type) ? last.number : null;
}

const isWord = (by: string, type: string): boolean => by === "visitor" && type === "message.posted";

/** Who is to be rated: at the end everybody who took part, after a return to the bot the person who has left. */
export function ratingOffers(model: Model): RatingOffer[] {
  const { events, view } = model;
  if (!view || ending(events) === null) return [];
  const person = events.findLast(({ actor }) => actor.kind === "agent")?.actor.name;
  const bot = model.earlier || events.some(({ actor, data }) => actor.kind === "bot" && data.type === "message.posted");
  const offers: RatingOffer[] = [];
  if (view.state === "closed" && bot) offers.push({ about: "bot", name: "", current: currentRating(model, "bot") });
  if (person) offers.push({ about: "human", name: person, current: currentRating(model, "human") });
  return offers;
}

/** The latest that was said, arrived or still on its way. */
function currentRating({ events, outbox }: Model, about: About): RatingOffer["current"] {
  const said: (Event["data"] | (typeof outbox)[number]["frame"])[] = [
    ...events.map(({ data }) => data),
    ...outbox.filter(({ failed }) => !failed).map(({ frame }) => frame),
  ];
  const last = said.findLast(
    (one): one is ConversationRated | RateConversation =>
      (one.type === "conversation.rated" || one.type === "rate") && one.about === about,
  );
  return last ? { score: last.score, comment: last.comment ?? "" } : null;
}
