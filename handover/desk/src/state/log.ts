/** The events of one conversation, in order and without doubles, however they arrive. */

import type { DeskEvent, Payload, PayloadOf } from "../wire";

export type Log = readonly DeskEvent[];

export const lastNumber = (log: Log): number => log.at(-1)?.number ?? 0;

/** An event was missed between the log's end and `event`; ask the desk for what follows `lastNumber(log)`. */
export const leavesGap = (log: Log, event: DeskEvent): boolean => event.after > lastNumber(log);

/** `log` with `events` added, ordered by number; what is known already is left alone. */
export function merge(log: Log, events: Log): Log {
  const known = new Set(log.map((event) => event.number));
  const fresh = events.filter((event) => !known.has(event.number) && known.add(event.number));
  if (fresh.length === 0) return log;
  return kept([...log, ...fresh].sort((one, other) => one.number - other.number));
}

/** A forgotten conversation keeps its granted credits; what else stood before is gone at the desk too. */
function kept(log: Log): Log {
  const end = log.findLastIndex((event) => isOf(event, "conversation.forgotten"));
  return end < 0 ? log : log.filter((event, place) => place >= end || isOf(event, "credit.granted"));
}

/** As much of a log as an open conversation holds while its end is read; over `MOST` events it is cut to `KEPT`. */
export const MOST = 400;
export const KEPT = 300;

/** `log` without its oldest events if it is long; those after number `read` all stay. */
export function shortened(log: Log, read: number): Log {
  if (log.length <= MOST) return log;
  const unread = log.findIndex((event) => event.number > read);
  const cut = unread < 0 ? log.length - KEPT : Math.min(log.length - KEPT, unread);
  return cut > 0 ? log.slice(cut) : log;
}

/** What was said, and read in it: most of a log, and told by nothing else but its lines. */
const TALK: ReadonlySet<Payload["type"]> = new Set([
  "message.posted",
  "message.feedback_given",
  "note.posted",
  "bot.understood",
  "suggestion.used",
]);

/** What is known of a case from events that its log need not hold any more: its deeds, and the last word of an agent. */
export function factsOf(log: Log): Log {
  const answer = log.findLast(({ data, actor }) => data.type === "message.posted" && actor.kind === "agent");
  return log.filter((event) => event === answer || !TALK.has(event.data.type));
}

export function isOf<T extends Payload["type"]>(event: DeskEvent, type: T): event is DeskEvent<PayloadOf<T>> {
  return event.data.type === type;
}

export function eventsOf<T extends Payload["type"]>(log: Log, type: T): DeskEvent<PayloadOf<T>>[] {
  return log.filter((event) => isOf(event, type)) as DeskEvent<PayloadOf<T>>[];
}
