/** For tests: one agent's workplace with the test as its desk. */

import { render, type ComponentChildren } from "preact";
import { afterEach, beforeEach, vi } from "vitest";
import { Workplace, WorkplaceContext } from "../src/state/workplace";
import { choose } from "../src/texts";
import type { Agent } from "../src/wire";
import type { Colleague, OfferView, QueuedCase, QueueView } from "../src/wire-queue";
import { row } from "./samples";

export const ANNA: Agent = {
  id: "anna",
  email: "anna@shop.example",
  name: "Anna",
  role: "agent",
  language: "en",
  status: "available",
  load_limit: 4,
  languages: ["de", "en"],
  topics: [],
  team: null,
  may: ["own_account", "read_conversations", "serve_conversations", "read_customers", "act_for_customers", "decide_credit"],
};

export function colleague(id: string, change: Partial<Colleague> = {}): Colleague {
  const name = id[0]!.toUpperCase() + id.slice(1);
  const usual = { status: "available", online: true, load: 1, load_limit: 4, languages: ["de"], topics: [], team: null, shift_until: null } as const;
  return { id, name, ...usual, ...change };
}

export function offer(id: string, change: Partial<OfferView> = {}): OfferView {
  const expires_at = new Date(Date.now() + 30_000).toISOString();
  const usual = { agent_id: "anna", agent_name: "Anna", because: ["least_load"], from_name: null, reason: "" } as const;
  return { offer_id: id, expires_at, ...usual, ...change };
}

export function queued(id: string, change: Partial<QueuedCase> = {}): QueuedCase {
  return { summary: row(id), place: 1, waited_seconds: 0, offer: null, ...change };
}

export function queueView(change: Partial<QueueView> = {}): QueueView {
  const agents = [colleague("anna"), colleague("ben")];
  const service_level = { accept_within: null, answer_within: null };
  return { mode: "offer", open: true, opens_at: null, topics: [], teams: [], service_level, waiting: [], agents, ...change };
}

/** What the desk answers, by `METHOD /path`; a function is called with the body. */
export type Answers = Record<string, unknown>;
export const answers: Answers = {};
export const asked: { call: string; body: unknown }[] = [];
export const refused = (status: number, code: string, data: object = {}): Response =>
  Response.json({ error: { code, data } }, { status });

async function fetched(path: string, init: RequestInit = {}): Promise<Response> {
  const call = `${init.method ?? "GET"} ${path}`;
  asked.push({ call, body: init.body ? JSON.parse(String(init.body)) : undefined });
  const answer = answers[call];
  if (answer instanceof Response) return answer.clone();
  return answer === undefined ? refused(404, "not_found") : Response.json(answer);
}

export let workplace: Workplace;
export let box: HTMLElement;

export const find = (testid: string): HTMLElement | null => box.querySelector(`[data-testid="${testid}"]`);
export const press = (testid: string): void => find(testid)?.click();
export const texts = (testid: string): (string | null)[] =>
  [...box.querySelectorAll(`[data-testid="${testid}"]`)].map((one) => one.textContent);
/** As if somebody had typed `text`. */
export function fill(field: HTMLInputElement | HTMLTextAreaElement, text: string): void {
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
export const submit = (form: Element | null | undefined): void =>
  void form?.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
export const callsOf = (call: string): unknown[] => asked.filter((one) => one.call === call).map(({ body }) => body);

/** Draws `what` at Anna's workplace; the queue is what the desk answers. */
export async function draw(what: ComponentChildren): Promise<void> {
  render(<WorkplaceContext.Provider value={workplace}>{what}</WorkplaceContext.Provider>, box);
  await workplace.queue.refresh();
}

/** Waits for a state, generously: the machine may be busy with something else. */
export const soon = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 4_500 });

export function useHouse(): void {
  beforeEach(() => {
    choose("en");
    for (const call of Object.keys(answers)) delete answers[call];
    asked.length = 0;
    answers["GET /api/queue"] = queueView();
    vi.stubGlobal("fetch", fetched);
    workplace = new Workplace({ ...ANNA });
    workplace.writing.settings.value = { send_by: "enter", undo: false };
    box = document.body.appendChild(document.createElement("div"));
  });
  afterEach(() => {
    render(null, box);
    box.remove();
    workplace.stop();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
}
