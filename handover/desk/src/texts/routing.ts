/** Why a case goes where it goes, in words. */

import { forCode, t } from ".";
import type { RoutingReason } from "../wire";
import type { Colleague } from "../wire-queue";
import { listOf } from "./format";

/** Reasons about somebody else, as one phrase; a reason that this page has no words for is shown as it is. */
export const whyThem = (because: readonly RoutingReason[]): string =>
  listOf(because.map((reason) => forCode("why", reason)));

export const topicName = (topic: string): string => forCode("topic", topic);

/** Operators name their teams in the rules; the page has no words of its own for them. */
export const teamName = (team: string): string => team.replaceAll("_", " ");

/** Who has no page open is not there, whatever they said of themselves. */
export function statusText({ status, online }: Pick<Colleague, "status" | "online">): string {
  return online || status === "off" ? t(`status.${status}`) : t("status.offline");
}
