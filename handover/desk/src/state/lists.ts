/** Which conversation stands in which list, and in what order. */

import type { ConversationSummary, State } from "../wire";

export const LISTS = ["mine", "waiting", "colleagues", "bot", "closed"] as const;
export type ListName = (typeof LISTS)[number];
export type Summaries = ReadonlyMap<string, ConversationSummary>;

const STATE_OF: Record<ListName, State> = {
  mine: "agent",
  waiting: "waiting",
  colleagues: "agent",
  bot: "bot",
  closed: "closed",
};

export function listed(all: Summaries, name: ListName, agentId: string): ConversationSummary[] {
  return [...all.values()]
    .filter((row) => row.state === STATE_OF[name])
    .filter((row) => row.state !== "agent" || (row.owner_id === agentId) === (name === "mine"))
    .sort(name === "waiting" ? byQueue : byUpdate);
}

/** The queue: higher priority first, then whoever waits longest. */
function byQueue(one: ConversationSummary, other: ConversationSummary): number {
  return (
    other.priority - one.priority ||
    (one.waiting_since ?? "").localeCompare(other.waiting_since ?? "") ||
    one.id.localeCompare(other.id)
  );
}

function byUpdate(one: ConversationSummary, other: ConversationSummary): number {
  return other.updated_at.localeCompare(one.updated_at) || one.id.localeCompare(other.id);
}

/** `all` with `row`, unless a later state of the same conversation is known. */
export function withRow(all: Summaries, row: ConversationSummary): Summaries {
  const known = all.get(row.id);
  return known && known.last_number > row.last_number ? all : new Map(all).set(row.id, row);
}

/** Lists fetched anew replace what was known `before` the fetch; what changed meanwhile stays. */
export function refreshed(before: Summaries, now: Summaries, fetched: ConversationSummary[]): Summaries {
  const changed = [...now.values()].filter((row) => before.get(row.id) !== row);
  const rows: Summaries = new Map(fetched.map((row) => [row.id, row]));
  return changed.reduce(withRow, rows);
}

/** What asks for the agent's attention: everybody who waits, and own conversations with unread messages. */
export function attention(all: Summaries, agentId: string): number {
  return listed(all, "waiting", agentId).length + listed(all, "mine", agentId).filter((row) => row.unread > 0).length;
}
