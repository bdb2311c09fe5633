/** The desk's calls about the end of a case, one function each. */

import { get, post, put } from "../connection/http";
import type { ConversationSummary, Language } from "../wire";
import type {
  ArticleDraft,
  ArticleFile,
  ArticleFound,
  ArticleStart,
  GapDraft,
  GapState,
  GapView,
  NewGap,
  NewTask,
  PendingWrapUp,
  Proposed,
  TaskList,
  TaskView,
  WrapUp,
  WrapUpFigures,
  WrapUpView,
} from "../wire-endings";

interface Changed {
  summary: ConversationSummary;
}

const ofCase = (id: string): string => `/api/conversations/${encodeURIComponent(id)}`;
const ofGap = (id: string): string => `/api/gaps/${encodeURIComponent(id)}`;

export const pending = () => get<{ wrap_ups: PendingWrapUp[] }>("/api/wrap-ups");
export const figures = () => get<WrapUpFigures>("/api/wrap-ups/figures");
export const wrapUp = (id: string) => get<WrapUpView>(`${ofCase(id)}/wrap-up`);
export const judge = (id: string, wrapUp: WrapUp) => put<Changed>(`${ofCase(id)}/wrap-up`, wrapUp);
export const skip = (id: string) => post<Changed>(`${ofCase(id)}/wrap-up/skip`);
export const articles = (query: string, language: Language) =>
  get<{ articles: ArticleFound[] }>("/api/articles", { query, language });

export const tasks = (which: "open" | "done") => get<TaskList>("/api/tasks", { which });
export const tasksOf = (id: string) => get<{ tasks: TaskView[] }>(`${ofCase(id)}/tasks`);
export const makeTask = (id: string, clientId: string, task: NewTask) =>
  post<{ number: number }>(`${ofCase(id)}/tasks`, { client_id: clientId, ...task });
export const setDone = (task: string, isDone: boolean) =>
  post<TaskView>(`/api/tasks/${encodeURIComponent(task)}/done`, { is_done: isDone });

export const gapDraft = (id: string) => get<GapDraft>(`${ofCase(id)}/gap`);
export const proposeGap = (id: string, clientId: string, gap: NewGap) =>
  post<Proposed>(`${ofCase(id)}/gap`, { client_id: clientId, ...gap });
export const gaps = (state: GapState) => get<{ gaps: GapView[] }>("/api/gaps", { state });
export const myGaps = () => get<{ gaps: GapView[] }>("/api/gaps/mine");
export const articleStart = (id: string) => get<ArticleStart>(`${ofGap(id)}/article`);
export const articleFile = (id: string, draft: ArticleDraft) => post<ArticleFile>(`${ofGap(id)}/article`, draft);
export const takeUp = (gap: GapView, articleId: string) =>
  post<GapView>(`${ofGap(gap.id)}/take-up`, { version: gap.version, article_id: articleId });
export const rejectGap = (gap: GapView, reason: string) =>
  post<GapView>(`${ofGap(gap.id)}/reject`, { version: gap.version, reason });
export const reopenGap = (gap: GapView) => post<GapView>(`${ofGap(gap.id)}/reopen`, { version: gap.version });
