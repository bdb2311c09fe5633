/** Who is logged in on this page. */

import { signal } from "@preact/signals";
import * as api from "../api";
import { ApiError, whenLoggedOut } from "../connection/http";
import { followAgent } from "../texts";
import type { Agent } from "../wire";
import type { LogInStep } from "../wire-account";
import { Workplace } from "./workplace";

export type Session =
  { state: "asking" | "unreachable" } | { state: "out"; ended: boolean } | { state: "in"; workplace: Workplace };

export const session = signal<Session>({ state: "asking" });

/** Ask the desk who we are; at page load and after it could not be reached. */
export async function resume(): Promise<void> {
  session.value = { state: "asking" };
  whenLoggedOut(() => leave(session.value.state === "in"));
  try {
    enter((await api.me()).agent);
  } catch (error) {
    const out = error instanceof ApiError && error.status === 401;
    session.value = out ? { state: "out", ended: false } : { state: "unreachable" };
  }
}

/** What is asked for next, if the password was not all. */
export async function logIn(email: string, password: string): Promise<LogInStep | null> {
  const answer = await api.logIn(email, password);
  if ("next" in answer) return answer.next;
  enter(answer.agent);
  return null;
}

export async function passCode(code: string): Promise<void> {
  enter((await api.passCode(code)).agent);
}

export async function logOut(): Promise<void> {
  if (session.value.state === "in") await session.value.workplace.outbox.release();
  await api.logOut();
  leave(false);
}

function enter(agent: Agent): void {
  followAgent(agent.language);
  const workplace = new Workplace(agent);
  workplace.start();
  session.value = { state: "in", workplace };
}

/** `ended`: the session ran out under the agent's hands; drafts and outbox stay for the next log-in. */
function leave(ended: boolean): void {
  if (session.value.state === "in") session.value.workplace.stop();
  session.value = { state: "out", ended };
}
