/** The part of the desk's HTTP API that supervisors and admins keep the desk by. */

import { get, post, put } from "../connection/http";
import type { Agent, Language } from "../wire";
import type { LiveView, Proposals } from "../wire-live";
import type { Handed, People } from "../wire-people";
import type { RulesDocument, RulesPreview, RulesView } from "../wire-rules";

export const live = () => get<LiveView>("/api/live");
export const proposals = () => get<Proposals>("/api/credit/proposals");

export const rules = () => get<RulesView>("/api/desk-rules");
/** What would change; nothing does. */
export const previewRules = (document: RulesDocument) => post<RulesPreview>("/api/desk-rules/preview", { document });
/** `version`: what the change is based on. */
export const changeRules = (document: RulesDocument, version: number, note: string) =>
  put<RulesView>("/api/desk-rules", { document, version, note });
/** `earlier`: the version that is to count again, 0 for the file. */
export const bringBack = (earlier: number, version: number, note: string) =>
  post<RulesView>(`/api/desk-rules/${earlier}/bring-back`, { version, note });

export interface Skills {
  languages: readonly Language[];
  topics: readonly string[];
  load_limit: number;
  team: string | null;
}
export interface NewAccount {
  email: string;
  name: string;
  role: Agent["role"];
  language: Language;
}

const account = (id: string): string => `/api/accounts/${encodeURIComponent(id)}`;

export const people = () => get<People>("/api/people");
export const keepSkills = (id: string, skills: Skills) =>
  put(`/api/people/${encodeURIComponent(id)}/skills`, skills);
export const addAccount = (fresh: NewAccount) => post<Handed>("/api/accounts", fresh);
export const rename = (id: string, name: string) => put(`${account(id)}/name`, { name });
export const setRole = (id: string, role: Agent["role"]) => put(`${account(id)}/role`, { role });
export const disable = (id: string) => post(`${account(id)}/disable`);
export const enable = (id: string) => post(`${account(id)}/enable`);
export const resetPassword = (id: string) => post<Handed>(`${account(id)}/password`);
