import type { Entry } from "../connection/outbox";
import type { Model } from "../connection/connection";
import type { Actor, ChoiceTaken, CreditGranted, Event, MessagePosted, PostMessage } from "../connection/wire";

/** How far an own message has come. */
export type Progress = "waiting" | "failed" | "sent" | "read";

export interface OwnMessage {
  kind: "own";
  key: string;
  at: string;
  text: string;
  progress: Progress;
  /** Set while it is not sent. */
  clientId: string | null;
}

export interface TheirMessage {
  kind: "theirs";
  key: string;
  at: string;
  number: number;
  actor: Actor;
  message: MessagePosted;
  /** The button that was pressed, here or in another tab, arrived or still on its way. */
  taken: string | null;
  helpful: boolean | null;
}

/** A change that is told as one quiet sentence. */
export interface Line {
  kind: "line";
  key: string;
  at: string;
  text: LineText;
  name: string;
}

export interface CreditCard {
  kind: "credit";
  key: string;
  at: string;
  credit: CreditGranted;
}

export interface BotFailure {
  kind: "failure";
  key: string;
  at: string;
}

export type LineText =
  | "lineCalled"
  | "lineGaveUp"
  | "lineJoined"
  | "lineRequeued"
  | "lineReturned"
  | "lineEndedByYou"
  | "lineEndedByAgent"
  | "lineReopened"
  | "lineProven";

export type Item = OwnMessage | TheirMessage | Line | CreditCard | BotFailure;

/** What the message list shows, in order: the events, then what is still in the outbox. */
export function timeline(model: Model): Item[] {
  const feedback = feedbackGiven(model);
  const taken = choicesTaken(model);
  const arrived = model.events.flatMap((event) => itemOf(event, model, feedback, taken) ?? []);
  const labels = choiceLabels(model.events);
  return [...arrived, ...model.outbox.flatMap((entry) => pending(entry, labels) ?? [])];
}

function itemOf(
  event: Event,
  model: Model,
  feedback: Map<number, boolean>,
  taken: Map<number, string>,
): Item | null {
  const { data, actor, number, at } = event;
  const base = { key: String(number), at };
  const line = (text: LineText, name = actor.name ?? ""): Line => ({ ...base, kind: "line", text, name });
  switch (data.type) {
    case "message.posted":
      if (actor.kind === "visitor") return ownMessage(event, data, model);
      return {
        ...base,
        kind: "theirs",
        number,
        actor,
        message: data,
        taken: taken.get(number) ?? null,
        helpful: feedback.get(number) ?? null,
      };
    case "bot.failed":
      return { ...base, kind: "failure" };
    case "credit.granted":
      return { ...base, kind: "credit", credit: data };
    case "identity.proven":
      return line("lineProven", data.customer_name);
    case "handover.requested":
      return line("lineCalled");
    case "handover.given_up":
      return line("lineGaveUp");
    case "conversation.claimed":
      return line("lineJoined", data.agent_name);
    case "conversation.requeued":
      return line("lineRequeued");
    case "conversation.returned":
      return line("lineReturned");
    case "conversation.closed":
      return line(actor.kind === "visitor" ? "lineEndedByYou" : "lineEndedByAgent");
    case "conversation.reopened":
      return line("lineReopened");
    default:
      return null; // shown elsewhere, or news from a newer desk
  }
}

function ownMessage({ number, at }: Event, { text, client_id }: MessagePosted, model: Model): OwnMessage {
  const isRead = number <= (model.view?.staff_read ?? 0);
  // The key stays the client id, so that the node does not change when the message arrives.
  const key = client_id ?? String(number);
  return { kind: "own", key, at, text, progress: isRead ? "read" : "sent", clientId: null };
}

function pending({ frame, at, failed, number }: Entry, labels: Map<string, string>): OwnMessage | null {
  if (frame.type !== "message") return null;
  const text = frame.text ?? labels.get(choiceKey(frame.choice)) ?? "";
  const progress = failed ? "failed" : number === null ? "waiting" : "sent";
  return { kind: "own", key: frame.client_id, at, text, progress, clientId: frame.client_id };
}

const choiceKey = (choice: ChoiceTaken | undefined): string => `${choice?.message_number} ${choice?.choice_id}`;

function choiceLabels(events: readonly Event[]): Map<string, string> {
  const labels = new Map<string, string>();
  for (const { number, data } of events) {
    if (data.type !== "message.posted") continue;
    for (const { id, label } of data.choices) labels.set(choiceKey({ message_number: number, choice_id: id }), label);
  }
  return labels;
}

function choicesTaken({ events, outbox }: Model): Map<number, string> {
  const arrived = events.map(({ data }) => (data.type === "message.posted" ? data.choice_taken : null));
  const onTheirWay = outbox.filter(({ failed }) => !failed).map(({ frame }) => (frame as PostMessage).choice);
  const taken = new Map<number, string>();
  for (const choice of [...arrived, ...onTheirWay]) if (choice) taken.set(choice.message_number, choice.choice_id);
  return taken;
}

function feedbackGiven({ events, outbox }: Model): Map<number, boolean> {
  const said = [...events.map(({ data }) => data), ...outbox.map(({ frame }) => frame)];
  const given = new Map<number, boolean>();
  for (const one of said)
    if (one.type === "message.feedback_given" || one.type === "feedback") given.set(one.message_number, one.helpful);
  return given;
}
