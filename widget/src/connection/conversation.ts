import type { ActorKind, ConversationView, Event, ReadShown, Snapshot } from "./wire";

/** What this tab knows of the conversation. Values are replaced, never changed. */
export interface Conversation {
  view: ConversationView | null;
  events: readonly Event[];
  /** Number of the newest event. */
  cursor: number;
  typing: { by: ActorKind; name: string | null } | null;
  queue: { place: number; waiting: number } | null;
}

export const EMPTY: Conversation = { view: null, events: [], cursor: 0, typing: null, queue: null };

/** The desk's word on the state, and the events after the cursor it names (0: all of them, after a resync). */
export function withSnapshot(conversation: Conversation, snapshot: Snapshot): Conversation {
  const known = conversation.events.filter((event) => event.number <= snapshot.cursor);
  const events = [...known, ...snapshot.events.filter((event) => event.number > snapshot.cursor)];
  return {
    view: snapshot.conversation,
    events,
    cursor: Math.max(snapshot.cursor, events.at(-1)?.number ?? 0),
    typing: null,
    queue: snapshot.conversation.state === "waiting" ? conversation.queue : null,
  };
}

/** The conversation after `event`: unchanged if it is known already, null if one before it is missing. */
export function withEvent(conversation: Conversation, event: Event): Conversation | null {
  if (event.number <= conversation.cursor) return conversation;
  if (event.after > conversation.cursor || !conversation.view) return null;
  const view = viewAfter(conversation.view, event);
  const isSpeech = event.data.type === "message.posted" || event.data.type === "bot.failed";
  return {
    view,
    events: [...conversation.events, event],
    cursor: event.number,
    typing: isSpeech && event.actor.kind !== "visitor" ? null : conversation.typing,
    queue: view.state === "waiting" ? conversation.queue : null,
  };
}

export function withRead({ view, ...rest }: Conversation, { by, number }: ReadShown): Conversation {
  if (!view) return { view, ...rest };
  const mark = by === "staff" ? "staff_read" : "visitor_read";
  return { ...rest, view: { ...view, [mark]: Math.max(view[mark], number) } };
}

function viewAfter(view: ConversationView, { data }: Event): ConversationView {
  switch (data.type) {
    case "conversation.language_changed":
      return { ...view, language: data.language };
    case "handover.requested":
    case "conversation.requeued":
      return { ...view, state: "waiting", agent_name: null };
    case "conversation.claimed":
      return { ...view, state: "agent", agent_name: data.agent_name };
    case "conversation.returned":
    case "conversation.reopened":
    case "handover.given_up":
      return { ...view, state: "bot", agent_name: null };
    case "conversation.closed":
      return { ...view, state: "closed", agent_name: null };
    case "identity.requested":
      return { ...view, identity_step: "email" };
    case "identity.code_sent":
      return { ...view, identity_step: "code" };
    case "identity.refused":
      // Too many codes: the last one may still be good.
      return data.tries_left || data.reason === "too_many_codes" ? view : { ...view, identity_step: "email" };
    case "identity.proven":
      return { ...view, identity_step: null, trust: data.trust };
    default:
      return view;
  }
}
