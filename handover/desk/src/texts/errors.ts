/** What went wrong, as one sentence that says what to do. */

import { forCode, t, type Key } from ".";
import { ApiError } from "../connection/http";
import { becauseSentence } from "./events";
import { money } from "./format";

export function errorSentence(error: unknown): string {
  if (!(error instanceof ApiError)) return t("error.internal");
  const { agent_name: name, limit_cents: limit, load_limit: full, because } = error.data;
  if (error.code === "already_claimed" && name) return t("error.already_claimed_by", { name: String(name) });
  if (error.code === "not_there" && name) return t("error.not_there_by", { name: String(name) });
  if (typeof full === "number") return t("claim.full", { limit: full });
  if (typeof limit === "number") return t("error.over_limit", { limit: money(limit, "EUR") });
  if (typeof because === "string") return t("error.facts_changed", { because: becauseSentence(because) });
  return forCode("error", error.code, t(byStatus(error.status)));
}

function byStatus(status: number): Key {
  if (status === 0 || status >= 500) return status === 0 ? "error.unreachable" : "error.internal";
  return "error.refused";
}

/** Where a canned answer is kept. */
export function cannedErrorSentence(error: unknown): string {
  if (!(error instanceof ApiError)) return errorSentence(error);
  if (error.code === "unknown_variable") return t("canned.unknown_variable", { name: String(error.data.variable) });
  if (error.code === "too_many" && typeof error.data.limit === "number")
    return t("canned.too_many", { limit: error.data.limit });
  return errorSentence(error);
}

/** Where accounts of others are kept. */
export function peopleErrorSentence(error: unknown): string {
  if (error instanceof ApiError && error.code === "invalid_input") return t("people.invalid");
  return errorSentence(error);
}

/** Where a password or a code is asked for: what may be wrong with them. */
export function secretErrorSentence(error: unknown): string {
  if (error instanceof ApiError && error.code === "weak_password")
    return forCode("error.weak_password", String(error.data.because), t("error.weak_password.short"));
  if (error instanceof ApiError && error.code === "too_many") return t("login.locked");
  return errorSentence(error);
}

/** The log-in page says no more than that: which of the two was wrong, or whether there is an account, stays unsaid. */
export function logInErrorSentence(error: unknown): string {
  if (error instanceof ApiError && error.status === 401) return t("login.wrong");
  if (error instanceof ApiError && error.status === 429) return t("login.locked");
  return errorSentence(error);
}
