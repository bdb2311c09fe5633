import type { Model } from "../connection/connection";
import type { Event } from "../connection/wire";

/** Something that somebody else has said. */
export const isMessage = ({ actor, data }: Event): boolean => data.type === "message.posted" && actor.kind !== "visitor";

/** Messages that the visitor has not seen. */
export function unread({ events, view }: Pick<Model, "events" | "view">): Event[] {
  const seen = view?.visitor_read ?? 0;
  return events.filter((event) => event.number > seen && isMessage(event));
}
