/** The life of the line to the desk, as one table. */

export type ConnectionState =
  | "idle" // never opened: nothing fetched, nothing stored
  | "connecting" // asks for a ticket, opens the socket, waits for the snapshot
  | "live" // the snapshot is here, events flow
  | "offline" // lost; the next attempt is scheduled
  | "ended"; // taken down for good

export type Input =
  | "open" // the visitor opens the chat
  | "snapshot" // the desk answered
  | "lost" // refused, closed, silent or out of step
  | "retry" // the pause is over, or the visitor does not want to wait
  | "stop"; // the widget is removed from the page

const TRANSITIONS: Record<ConnectionState, Partial<Record<Input, ConnectionState>>> = {
  idle: { open: "connecting", stop: "ended" },
  connecting: { snapshot: "live", lost: "offline", stop: "ended" },
  live: { lost: "offline", stop: "ended" },
  offline: { retry: "connecting", stop: "ended" },
  ended: {},
};

/** Where `input` leads from `state`, or null when the table has no such row. */
export function step(state: ConnectionState, input: Input): ConnectionState | null {
  return TRANSITIONS[state][input] ?? null;
}
