/** Tasks in words, and what went wrong with them. */

import { ApiError } from "../connection/http";
import { t } from "../texts";
import { errorSentence } from "../texts/errors";
import { moment } from "../texts/format";
import { customerName } from "../ui/parts";
import type { TaskView } from "../wire-endings";

/** `Callback with Erika Lindner on 3 Mar 2026, 09:00`. */
export function taskText(task: TaskView): string {
  const words = { kind: t(`task.kind.${task.kind}`), moment: moment(task.due_at) };
  if (!task.customer_name) return t("task.what", words);
  return t("task.what_with", { ...words, name: customerName({ id: task.conversation_id, customer_name: task.customer_name }) });
}

export function taskErrorSentence(error: unknown): string {
  if (error instanceof ApiError && error.code === "too_many" && typeof error.data.limit === "number")
    return t("task.too_many", { limit: error.data.limit });
  if (error instanceof ApiError && error.code === "invalid_input") return t("task.invalid");
  return errorSentence(error);
}
