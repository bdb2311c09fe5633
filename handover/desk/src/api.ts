/** The desk's HTTP API, one function per call. */

import { get, getBlob, post, put } from "./connection/http";
import type { ListName } from "./state/lists";
import { language } from "./texts";
import type { Agent, ContactOutcome, ConversationSummary, DeskEvent, DraftKind, KeptDrafts, Language, Outcome } from "./wire";
import type { EnrolmentView, LogInStep, LogInWays, RecoveryCodes } from "./wire-account";
import type { CaseColleague, MentionView } from "./wire-notes";
import type { WritingSettings } from "./wire-writing";
import type { CreditDecisionView, CustomerRecord, Dossier, KnowledgeStatus, TimelinePage } from "./wire-dossier";
import type { AccountFound, CreditDecided, CreditWished, RequestWished, ServiceAnswered } from "./wire-acting";
import type { AuditPage, CustomerRow, SearchResults } from "./wire-search";
import type { WrapUp } from "./wire-endings";
import type { Article, DraftUsed, Suggestions } from "./wire-suggestions";
import type { AgentStatus, QueueView, RoutingView } from "./wire-queue";

interface Changed {
  summary: ConversationSummary;
}
export interface Opened extends Changed {
  events: DeskEvent[];
  cursor: number;
  /** With cursor 0: there are older events than these. */
  earlier: boolean;
  drafts: KeptDrafts;
}
interface Posted {
  number: number;
}

const path = (id: string): string => `/api/conversations/${encodeURIComponent(id)}`;

export const me = () => get<{ agent: Agent }>("/api/me");
/** `next`: the password was right, and something else is asked for. */
export const logIn = (email: string, password: string) =>
  post<{ agent: Agent } | { next: LogInStep }>("/api/login", { email, password });
export const logInWays = () => get<LogInWays>("/api/login");
export const passCode = (code: string) => post<{ agent: Agent }>("/api/login/code", { code });
export const beginSetUp = () => post<EnrolmentView>("/api/login/second-step");
export const setUp = (code: string) => post<RecoveryCodes>("/api/login/second-step/confirm", { code });
export const logOut = () => post("/api/logout");
export const setStatus = (status: AgentStatus) => put<{ agent: Agent }>("/api/me/status", { status });
export const writingSettings = () => get<WritingSettings>("/api/me/writing");
export const keepWritingSettings = (settings: WritingSettings) => put("/api/me/writing", settings);
export const ticket = () => post<{ ticket: string }>("/api/tickets");

/** Nobody who waits or is mine may be left out; of the others the newest will do. */
const LISTED: Partial<Record<ListName, number>> = { mine: 200, waiting: 200 };
export const conversations = (view: ListName) =>
  get<{ conversations: ConversationSummary[] }>("/api/conversations", { view, limit: LISTED[view] ?? 50 });
/** `cursor`: the last event held, 0 for none; the answer's own is 0 where its events replace what is held. */
export const conversation = (id: string, cursor: number) => get<Opened>(path(id), { cursor });
export const eventsBefore = (id: string, before: number) =>
  get<{ events: DeskEvent[]; earlier: boolean }>(`${path(id)}/events`, { before });
export const keepDraft = (id: string, kind: DraftKind, text: string) => put(`${path(id)}/draft`, { kind, text });
/** The shop's words in it are those of the page's language. */
export const dossier = (id: string) => get<Dossier>(`${path(id)}/dossier`, { language: language.value });

/** What the visitor wants, in one line. */
export const wish = async (id: string) => (await get<{ wish: string }>(`${path(id)}/wish`)).wish;
export const suggestions = (id: string) => get<Suggestions>(`${path(id)}/suggestions`);
export const article = (language: Language, id: string) =>
  get<Article>(`/api/articles/${language}/${encodeURIComponent(id)}`);

export const documentPath = (id: string, document: string): string =>
  `${path(id)}/documents/${encodeURIComponent(document)}`;

export const filesPath = (id: string): string => `${path(id)}/files`;
export const filePath = (id: string, file: string): string => `${filesPath(id)}/${encodeURIComponent(file)}`;
export const file = (id: string, fileId: string): Promise<Blob> => getBlob(filePath(id, fileId));
export const fileLimit = async () => (await get<{ file_bytes: number }>("/api/visitor/config")).file_bytes;

export const queue = () => get<QueueView>("/api/queue");
export const routing = (id: string) => get<RoutingView>(`${path(id)}/routing`);
export const accept = (id: string, offer: string) => post<Changed>(`${path(id)}/offer/accept`, { offer_id: offer });
export const decline = (id: string, offer: string) => post(`${path(id)}/offer/decline`, { offer_id: offer });
export const settleContact = (id: string, outcome: ContactOutcome) =>
  post<Changed>(`${path(id)}/contact/settle`, { outcome });

/** `force`: although the agent has as many conversations as they should. */
export const claim = (id: string, force: boolean) => post<Changed>(`${path(id)}/claim`, { force });
export const release = (id: string, version: number) =>
  post<Changed>(`${path(id)}/release`, { ownership_version: version });
/** Without a wrap-up the end of the case counts as not judged. */
export const giveBack = (id: string, version: number, outcome: Outcome, summary: string, wrapUp: WrapUp | null) =>
  post<Changed>(`${path(id)}/return`, { ownership_version: version, outcome, summary, wrap_up: wrapUp });
export const close = (id: string, version: number, outcome: Outcome, wrapUp: WrapUp | null) =>
  post<Changed>(`${path(id)}/close`, { ownership_version: version, outcome, wrap_up: wrapUp });
export const transfer = (id: string, version: number, to: { to_kind: string; to_id: string }, reason: string) =>
  post<Changed>(`${path(id)}/transfer`, { ownership_version: version, ...to, reason });
export const takeOver = (id: string, version: number, reason: string) =>
  post<Changed>(`${path(id)}/take-over`, { ownership_version: version, reason });
/** By a supervisor, to an agent who did not ask. */
export const assign = (id: string, agent: string, reason: string) =>
  post<Changed>(`${path(id)}/assign`, { agent_id: agent, reason });
/** Other open conversations of the same proven customer. */
export const siblings = async (id: string) =>
  (await get<{ conversations: ConversationSummary[] }>(`${path(id)}/siblings`)).conversations;
/** The one ends and goes on in `into`, whose state is the answer's `summary`. */
export const merge = (id: string, into: string) =>
  post<Changed & { ended: ConversationSummary }>(`${path(id)}/merge`, { into });
/** The answer is the new case. */
export const split = (id: string, clientId: string, version: number, numbers: readonly number[], topic: string | null) =>
  post<Changed>(`${path(id)}/split`, { client_id: clientId, ownership_version: version, numbers, topic });
/** By mail, to the address the customer has proven. */
export const mailTranscript = (id: string) => post<Changed>(`${path(id)}/transcript`, {});
export const postMessage = (
  id: string,
  clientId: string,
  version: number,
  text: string,
  files: readonly string[],
  drafted?: DraftUsed,
) =>
  post<Posted>(`${path(id)}/messages`, {
    client_id: clientId,
    ownership_version: version,
    text,
    file_ids: files,
    ...(drafted && { drafted }),
  });
/** `whisperTo`: id of the agent whose case it is, from a supervisor. */
export const postNote = (id: string, clientId: string, text: string, mentions: readonly string[], whisperTo?: string) =>
  post<Posted>(`${path(id)}/notes`, { client_id: clientId, text, mentions, whisper_to: whisperTo ?? null });
/** Who may know of a case, and so be named in its notes. */
export const caseColleagues = (id: string) => get<{ colleagues: CaseColleague[] }>(`${path(id)}/colleagues`);
export const mentions = () => get<{ mentions: MentionView[] }>("/api/mentions");
export const seeMentions = (id: string, number: number) => post(`${path(id)}/mentions/seen`, { number });

/** What an agent may do for this customer, in the words of the page. */
export const account = (id: string, language: Language) => get<AccountFound>(`${path(id)}/account`, { language });
export const act = (id: string, wished: RequestWished) => post<ServiceAnswered>(`${path(id)}/requests`, wished);
export const grantCredit = (id: string, wished: CreditWished) => post<CreditDecided>(`${path(id)}/credit`, wished);
/** Opens the form at the visitor's in which they prove who they are. */
export const askForProof = (id: string, version: number) =>
  post<Changed>(`${path(id)}/identity`, { ownership_version: version });
export const reverseCredit = (decisionId: string, note: string) =>
  post<{ decision: CreditDecisionView }>(`/api/credit/${encodeURIComponent(decisionId)}/reverse`, { note });
export const decide = (decisionId: string, verdict: "approve" | "reject", note: string) =>
  post<{ decision: CreditDecisionView }>(`/api/credit/${encodeURIComponent(decisionId)}/${verdict}`, { note });

export const customers = (query: string) => get<{ customers: CustomerRow[] }>("/api/customers", { query });
export const customer = (id: string) => get<CustomerRecord>(`/api/customers/${encodeURIComponent(id)}`);
export const timeline = (id: string, before?: string) =>
  get<TimelinePage>(`/api/customers/${encodeURIComponent(id)}/timeline`, { before, limit: 50 });
/** A record opens for half an hour; the reason is logged. */
export const openRecord = (id: string, reason: string) =>
  post<{ until: string }>(`/api/customers/${encodeURIComponent(id)}/openings`, { reason });
export const search = (asked: Record<string, string | undefined>, limit: number) =>
  get<SearchResults>("/api/search", { ...asked, limit });
export const audit = (asked: Record<string, string | undefined>, before?: number) =>
  get<AuditPage>("/api/audit", { ...asked, before, limit: 50 });
export const knowledge = () => get<KnowledgeStatus>("/api/knowledge");
