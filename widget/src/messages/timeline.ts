import type { Entry } from "../connection/outbox";
import type { Model } from "../connection/connection";
import type { Actor, ChoiceTaken, CreditGranted, Event, FileRef, MessagePosted, PostMessage, ServiceRendered } from "../connection/wire";

/** How far an own message has come. */
export type Progress = "waiting" | "paused" | "failed" | "discarded" | "sent" | "read";

export interface OwnMessage {
  kind: "own";
  key: string;
  at: string;
  text: string;
  files: readonly FileRef[];
  progress: Progress;
  /** Why the desk refused it. */
  refusal: string | null;
  /** The desk asked for a pause: when it is sent, by the wall clock in milliseconds. */
  sentAt: number | null;
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
  /** The visitor said why it did not help. */
  isExplained: boolean;
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

export interface ServiceCard {
  kind: "service";
  key: string;
  at: string;
  by: string;
  service: ServiceRendered;
}

export interface BotFailure {
  kind: "failure";
  key: string;
  at: string;
}

export type LineText =
  | "lineCalled"
  | "lineCalledLater"
  | "lineCallback"
  | "lineMail"
  | "lineGaveUp"
  | "lineGivenUpForYou"
  | "lineWithdrew"
  | "lineJoined"
  | "lineRequeued"
  | "linePassedOn"
  | "lineTakenOver"
  | "lineMerged"
  | "lineReturned"
  | "lineEndedByYou"
  | "lineEndedByAgent"
  | "lineReopened"
  | "lineForgotten"
  | "lineErased"
  | "lineProven"
  | "lineTranscript";

export type Item = OwnMessage | TheirMessage | Line | CreditCard | ServiceCard | BotFailure;

/** The newest of these tells whether a contact stands; a call begins without one. */
const CONTACT_STEPS: ReadonlySet<string> = new Set(["handover.requested", "contact.left"]);

/** What the message list shows, in order: the events, then what is still in the outbox. */
export function timeline(model: Model): Item[] {
  const feedback = feedbackGiven(model);
  const taken = choicesTaken(model);
  const arrived = model.events.flatMap((event) => itemOf(event, model, feedback, taken) ?? []);
  const labels = choiceLabels(model.events);
  return [...arrived, ...model.outbox.flatMap((entry) => pending(entry, labels, model.pausedUntil) ?? [])];
}

function itemOf(
  event: Event,
  model: Model,
  feedback: Map<number, Judgement>,
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
        helpful: feedback.get(number)?.helpful ?? null,
        isExplained: feedback.get(number)?.isExplained ?? false,
      };
    case "bot.failed":
      return { ...base, kind: "failure" };
    case "credit.granted":
      return { ...base, kind: "credit", credit: data };
    case "service.rendered":
      return { ...base, kind: "service", by: actor.name ?? "", service: data };
    case "identity.proven":
      return line("lineProven", data.customer_name);
    case "transcript.sent":
      return line("lineTranscript", data.masked_email);
    case "handover.requested":
      return line(data.after_hours ? "lineCalledLater" : "lineCalled");
    case "handover.given_up":
      return line(data.by === "system" ? "lineGivenUpForYou" : gaveUp(number, model.events));
    case "contact.left":
      return line(data.kind === "callback" ? "lineCallback" : "lineMail", data.masked);
    case "conversation.claimed":
      return line("lineJoined", data.agent_name);
    case "conversation.requeued":
      return line("lineRequeued");
    case "conversation.transferred":
      return line("linePassedOn");
    case "conversation.taken_over":
      return line("lineTakenOver", data.agent_name);
    case "conversation.merged":
      return line("lineMerged");
    case "conversation.returned":
      return line("lineReturned");
    case "conversation.closed":
      return line(actor.kind === "visitor" ? "lineEndedByYou" : "lineEndedByAgent");
    case "conversation.reopened":
      return line("lineReopened");
    case "conversation.forgotten":
      return line(data.reason === "erasure" ? "lineErased" : "lineForgotten");
    default:
      return null; // shown elsewhere, or news from a newer desk
  }
}

/** Whoever left a contact in this call has withdrawn it with the call: nobody gets in touch any more. */
function gaveUp(number: number, events: readonly Event[]): LineText {
  const step = events.findLast(({ number: earlier, data }) => earlier < number && CONTACT_STEPS.has(data.type));
  return step?.data.type === "contact.left" ? "lineWithdrew" : "lineGaveUp";
}

function ownMessage({ number, at }: Event, { text, files, client_id }: MessagePosted, model: Model): OwnMessage {
  const isRead = number <= (model.view?.staff_read ?? 0);
  // The key stays the client id, so that the node does not change when the message arrives.
  const key = client_id ?? String(number);
  return { kind: "own", key, at, text, files, progress: isRead ? "read" : "sent", refusal: null, sentAt: null, clientId: null };
}

function pending(entry: Entry, labels: Map<string, string>, pausedUntil: number | null): OwnMessage | null {
  const { frame, at, failed, files = [] } = entry;
  if (frame.type !== "message") return null;
  const text = frame.text ?? labels.get(choiceKey(frame.choice)) ?? "";
  const progress = progressOf(entry, pausedUntil);
  const sentAt = progress === "paused" ? pausedUntil : null;
  return { kind: "own", key: frame.client_id, at, text, files, progress, refusal: failed, sentAt, clientId: frame.client_id };
}

function progressOf({ failed, number, discarded }: Entry, pausedUntil: number | null): Progress {
  if (discarded) return "discarded";
  if (failed) return "failed";
  if (number !== null) return "sent";
  return pausedUntil ? "paused" : "waiting";
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

interface Judgement {
  helpful: boolean;
  isExplained: boolean;
}

function feedbackGiven({ events, outbox }: Model): Map<number, Judgement> {
  const said = [...events.map(({ data }) => data), ...outbox.map(({ frame }) => frame)];
  const given = new Map<number, Judgement>();
  for (const one of said)
    if (one.type === "message.feedback_given" || one.type === "feedback") given.set(one.message_number, { helpful: one.helpful, isExplained: Boolean(one.reason) });
  return given;
}
