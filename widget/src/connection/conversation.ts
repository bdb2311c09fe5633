import type { ActorKind, ConversationView, Event, EventPage, QueuePlace, ReadShown, Snapshot } from "./wire";

/** What this tab knows of the conversation. Values are replaced, never changed. */
export interface Conversation {
  view: ConversationView | null;
  events: readonly Event[];
  /** There are older events, which the desk gives page by page. */
  earlier: boolean;
  /** Number of the newest event. */
  cursor: number;
  typing: { by: ActorKind; name: string | null } | null;
  /** The desk's last word on the queue. */
  queue: QueuePlace | null;
}

export const EMPTY: Conversation = { view: null, events: [], earlier: false, cursor: 0, typing: null, queue: null };

/** The desk's word on the state, and the events after the cursor it names (0: all of them, after a resync). */
export function withSnapshot(conversation: Conversation, snapshot: Snapshot): Conversation {
  const known = conversation.events.filter((event) => event.number <= snapshot.cursor);
  const events = kept([...known, ...snapshot.events.filter((event) => event.number > snapshot.cursor)]);
  return {
    view: snapshot.conversation,
    events,
    earlier: snapshot.cursor ? conversation.earlier : snapshot.earlier,
    cursor: snapshot.last_number,
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
    events: kept([...conversation.events, event]),
    earlier: conversation.earlier && event.data.type !== "conversation.forgotten",
    cursor: event.number,
    typing: isSpeech && event.actor.kind !== "visitor" ? null : conversation.typing,
    queue: view.state === "waiting" ? conversation.queue : null,
  };
}

/** What is held, with an older page before it. A page that comes late, for another first event, is left out. */
export function withEarlier(conversation: Conversation, before: number, page: EventPage): Conversation {
  if (conversation.events[0]?.number !== before) return conversation;
  return { ...conversation, events: [...page.events, ...conversation.events], earlier: page.earlier };
}

/** A forgotten conversation keeps the cards of its credits; everything else before is gone at the desk too. */
function kept(events: readonly Event[]): readonly Event[] {
  const end = events.findLastIndex(({ data }) => data.type === "conversation.forgotten");
  return end < 0 ? events : events.filter(({ data }, place) => place >= end || data.type === "credit.granted");
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
    case "conversation.transferred":
      return { ...view, state: "waiting", agent_name: null };
    case "conversation.claimed":
    case "conversation.taken_over":
      return { ...view, state: "agent", agent_name: data.agent_name };
    case "conversation.returned":
    case "conversation.reopened":
    case "handover.given_up":
      return { ...view, state: "bot", agent_name: null };
    case "conversation.closed":
      return { ...view, state: "closed", agent_name: null };
    case "conversation.forgotten":
      return {
        ...view,
        state: "closed",
        agent_name: null,
        identity_step: null,
        trust: data.reason === "erasure" ? "none" : view.trust,
      };
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
