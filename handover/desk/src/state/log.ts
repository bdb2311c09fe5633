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

export function isOf<T extends Payload["type"]>(event: DeskEvent, type: T): event is DeskEvent<PayloadOf<T>> {
  return event.data.type === type;
}

export function eventsOf<T extends Payload["type"]>(log: Log, type: T): DeskEvent<PayloadOf<T>>[] {
  return log.filter((event) => isOf(event, type)) as DeskEvent<PayloadOf<T>>[];
}
