/** The desk's HTTP API, one function per call. */

import { get, post } from "./connection/http";
import type { ListName } from "./state/lists";
import type { Agent, ConversationSummary, DeskEvent, Outcome } from "./wire";
import type { CreditDecisionView, CustomerRecord, Dossier, KnowledgeStatus, TimelinePage } from "./wire-dossier";

interface Changed {
  summary: ConversationSummary;
}
interface Posted {
  number: number;
}

const path = (id: string): string => `/api/conversations/${encodeURIComponent(id)}`;

export const me = () => get<{ agent: Agent }>("/api/me");
export const logIn = (email: string, password: string) => post<{ agent: Agent }>("/api/login", { email, password });
export const logOut = () => post("/api/logout");
export const ticket = () => post<{ ticket: string }>("/api/tickets");

export const conversations = (view: ListName) =>
  get<{ conversations: ConversationSummary[] }>("/api/conversations", { view, limit: 50 });
export const conversation = (id: string) => get<Changed & { events: DeskEvent[] }>(path(id));
export const eventsAfter = (id: string, after: number) => get<{ events: DeskEvent[] }>(`${path(id)}/events`, { after });
export const dossier = (id: string) => get<Dossier>(`${path(id)}/dossier`);

export const claim = (id: string) => post<Changed>(`${path(id)}/claim`);
export const release = (id: string, version: number) =>
  post<Changed>(`${path(id)}/release`, { ownership_version: version });
export const giveBack = (id: string, version: number, outcome: Outcome, summary: string) =>
  post<Changed>(`${path(id)}/return`, { ownership_version: version, outcome, summary });
export const close = (id: string, version: number, outcome: Outcome) =>
  post<Changed>(`${path(id)}/close`, { ownership_version: version, outcome });
export const postMessage = (id: string, clientId: string, version: number, text: string) =>
  post<Posted>(`${path(id)}/messages`, { client_id: clientId, ownership_version: version, text });
export const postNote = (id: string, clientId: string, text: string) =>
  post<Posted>(`${path(id)}/notes`, { client_id: clientId, text });

export const decide = (decisionId: string, verdict: "approve" | "reject", note: string) =>
  post<{ decision: CreditDecisionView }>(`/api/credit/${encodeURIComponent(decisionId)}/${verdict}`, { note });

export const customers = (query: string) => get<{ customers: CustomerRecord[] }>("/api/customers", { query });
export const customer = (id: string) => get<CustomerRecord>(`/api/customers/${encodeURIComponent(id)}`);
export const timeline = (id: string, before?: string) =>
  get<TimelinePage>(`/api/customers/${encodeURIComponent(id)}/timeline`, { before, limit: 50 });
export const knowledge = () => get<KnowledgeStatus>("/api/knowledge");
