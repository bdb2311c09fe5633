/** What went wrong, as one sentence that says what to do. */

import { forCode, t, type Key } from ".";
import { ApiError } from "../connection/http";
import { becauseSentence } from "./events";
import { money } from "./format";

export function errorSentence(error: unknown): string {
  if (!(error instanceof ApiError)) return t("error.internal");
  const { agent_name: name, limit_cents: limit, because } = error.data;
  if (error.code === "already_claimed" && name) return t("error.already_claimed_by", { name: String(name) });
  if (typeof limit === "number") return t("error.over_limit", { limit: money(limit, "EUR") });
  if (typeof because === "string") return t("error.facts_changed", { because: becauseSentence(because) });
  return forCode("error", error.code, t(byStatus(error.status)));
}

function byStatus(status: number): Key {
  if (status === 0 || status >= 500) return status === 0 ? "error.unreachable" : "error.internal";
  return "error.refused";
}

/** The log-in page says no more than that: which of the two was wrong, or whether there is an account, stays unsaid. */
export function logInErrorSentence(error: unknown): string {
  if (error instanceof ApiError && error.status === 401) return t("login.wrong");
  if (error instanceof ApiError && error.status === 429) return t("login.locked");
  return errorSentence(error);
}
