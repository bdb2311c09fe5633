import type { Model } from "../connection/connection";
import type { ContactKind, ContactLeft, QueuePlace } from "../connection/wire";
import type { Texts } from "../locales";

const PROBLEM: Record<string, keyof Texts> = { invalid_phone: "phoneInvalid", invalid_email: "emailInvalid" };

/** A case that comes back from an agent waits anew. */
const WAIT_BEGINS: ReadonlySet<string> = new Set(["handover.requested", "conversation.requeued", "conversation.transferred"]);

/** What the waiting card shows. */
export interface Waiting {
  /** 0 while the desk has not told it. */
  place: number;
  headline: keyof Texts;
  /** Who is there, and when somebody is; null while the desk has not told it. */
  presence: keyof Texts | null;
  agents: number;
  opensAt: string | null;
  /** How long it takes, as a range of seconds and how many waits it is taken from; null while the desk is closed. */
  wait: QueuePlace["wait"];
  estimate: keyof Texts | null;
  /** When the wait began; null if that stands on an earlier page of the log. */
  since: string | null;
  /** The visitor has said how they will be reached; `contact` tells it, unless it stands on an earlier page of the log. */
  hasContact: boolean;
  contact: ContactLeft | null;
  /** The contact form: why the last try was refused, and whether one is on its way. */
  problem: keyof Texts | null;
  busy: boolean;
}

export function waitingCard(model: Model): Waiting {
  const { events, queue, outbox, refused } = model;
  const contact = contactLeft(model);
  const hasContact = contact !== null || queue?.contact === true;
  return {
    place: queue?.place ?? 0,
    headline: hasContact ? "waitingContact" : headline(queue),
    presence: queue && presence(queue),
    agents: queue?.agents ?? 0,
    opensAt: queue?.opens_at ?? null,
    wait: queue?.wait ?? null,
    estimate: queue?.open ? estimate(queue) : null,
    since: events.findLast(({ data }) => WAIT_BEGINS.has(data.type))?.at ?? null,
    hasContact,
    contact,
    problem: refused?.type === "leave_contact" ? (PROBLEM[refused.code] ?? "identityRefused") : null,
    busy: outbox.some(({ frame }) => frame.type === "leave_contact"),
  };
}

/** The newest contact of this call; one of an earlier call counts while the desk says that it is still open. */
function contactLeft({ events, queue }: Model): ContactLeft | null {
  const called = events.findLast(({ data }) => data.type === "handover.requested")?.number ?? 0;
  const left = events.findLast(({ data }) => data.type === "contact.left");
  if (left?.data.type !== "contact.left") return null;
  return (queue?.contact ?? left.number > called) ? left.data : null;
}

function headline(queue: QueuePlace | null): keyof Texts {
  if (!queue) return "waitingNoPlace";
  if (!queue.open) return "waitingClosed";
  return queue.place > 1 ? "waitingPlace" : "waitingNext";
}

function presence({ open, opens_at, full, agents }: QueuePlace): keyof Texts {
  if (!open) return opens_at ? "waitingOpens" : "waitingOpensUnknown";
  if (full) return "waitingFull";
  if (!agents) return "waitingNobody";
  return agents === 1 ? "waitingOneAgent" : "waitingAgents";
}

function estimate({ wait }: QueuePlace): keyof Texts {
  if (!wait) return "waitUnknown";
  return wait.from_seconds < 60 ? "waitAtMost" : "waitRange";
}

/** What a form for this kind asks for. */
export const FIELD: Record<ContactKind, "phone" | "email"> = { callback: "phone", mail: "email" };

/** Enough digits to call somebody; the desk knows the numbering plans. */
export const isPhone = (value: string): boolean =>
  /^[+\d\s()/.-]+$/.test(value.trim()) && value.replace(/\D/g, "").length >= 6;
