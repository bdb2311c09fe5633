/** The part of the desk's HTTP API that canned answers are kept by. */

import { get, post, put } from "../connection/http";
import type { CannedAnswer } from "../wire-canned";

export type Wording = Pick<CannedAnswer, "name" | "text_de" | "text_en">;

const ALL = "/api/canned-answers";
const path = ({ id }: CannedAnswer): string => `${ALL}/${encodeURIComponent(id)}`;

export const answers = () => get<{ answers: readonly CannedAnswer[] }>(ALL);
export const add = (wording: Wording, shared: boolean) => post<CannedAnswer>(ALL, { ...wording, shared });
/** Each change is based on the version that its author saw. */
export const change = (answer: CannedAnswer, wording: Wording) =>
  put<CannedAnswer>(path(answer), { ...wording, version: answer.version });
export const remove = (answer: CannedAnswer) => post<CannedAnswer>(`${path(answer)}/delete`, { version: answer.version });
export const restore = (answer: CannedAnswer) =>
  post<CannedAnswer>(`${path(answer)}/restore`, { version: answer.version });
