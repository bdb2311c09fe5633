import type { Model } from "../connection/connection";
import type { IdentityRefused, IdentityStep } from "../connection/wire";
import type { Texts } from "../locales";

/** What the identity form shows. */
export interface IdentityForm {
  step: IdentityStep;
  /** Number of the event that asked: who said "not now" is asked again by the next one. */
  asked: number;
  /** Until when the code is good. */
  expiresAt: string | null;
  problem: { text: keyof Texts; tries: number } | null;
  busy: boolean;
}

/** The form the conversation asks for now, or null. */
export function identityForm(model: Model): IdentityForm | null {
  const { view } = model;
  return view?.identity_step && view.state !== "closed" ? formOf(model, view.identity_step) : null;
}

/** The form at that step, also for somebody who wants to prove it without being asked. */
export function formOf({ events, outbox, refused }: Model, step: IdentityStep): IdentityForm {
  const last = events.findLast(({ data }) => data.type.startsWith("identity."))?.data;
  const code = events.findLast(({ data }) => data.type === "identity.code_sent")?.data;
  const isOurs = refused?.type === "identify" || refused?.type === "prove";
  const problem = last?.type === "identity.refused" ? problemOf(last) : null;
  return {
    step,
    asked: events.findLast(({ data }) => data.type === "identity.requested")?.number ?? 0,
    expiresAt: code?.type === "identity.code_sent" ? code.expires_at : null,
    problem: isOurs ? { text: refused.code === "too_many" ? "tooManyCodes" : "identityRefused", tries: 0 } : problem,
    busy: outbox.some(({ frame }) => frame.type === "identify" || frame.type === "prove"),
  };
}

function problemOf({ reason, tries_left: tries }: IdentityRefused): IdentityForm["problem"] {
  switch (reason) {
    case "wrong_code":
      return { text: tries === 1 ? "wrongCodeOne" : tries ? "wrongCode" : "tooManyTries", tries };
    case "expired":
      return { text: "codeExpired", tries };
    case "too_many_tries":
      return { text: "tooManyTries", tries };
    case "too_many_codes":
      return { text: "tooManyCodes", tries };
  }
}
