/** The pages of the desk, in the order of the navigation: what it shows, and the command bar leads to. */

import { may } from "../state/permissions";
import { links, type Route } from "../state/route";
import type { Workplace } from "../state/workplace";
import type { Key } from "../texts";
import type { Agent, Permission } from "../wire";

export interface PageLink {
  link: string;
  title: Key;
  takes: Permission;
  /** Pages on which it is the current one. */
  shown: readonly Route["page"][];
  /** `more`: it is not gone to every hour, and folded away where somebody has many; `own`: it stands in one's own menu. */
  folded?: "more" | "own";
  /** What waits there. */
  count?: (workplace: Workplace) => number;
}

const PAGES: readonly PageLink[] = [
  { link: links.work, title: "nav.work", takes: "read_conversations", shown: ["work"] },
  { link: links.customers, title: "nav.customers", takes: "read_conversations", shown: ["customers", "customer"] },
  {
    link: links.tasks,
    title: "tasks.title",
    takes: "serve_conversations",
    shown: ["tasks"],
    count: ({ tasks }) => tasks.due.value.length,
  },
  { link: links.answers, title: "canned.title", takes: "serve_conversations", shown: ["answers"] },
  { link: links.live, title: "live.title", takes: "supervise", shown: ["live"] },
  {
    link: links.approvals,
    title: "approvals.title",
    takes: "decide_credit",
    shown: ["approvals"],
    count: ({ approvals }) => approvals.count.value,
  },
  { link: links.people, title: "people.title", takes: "keep_staff", shown: ["people"], folded: "more" },
  { link: links.rules, title: "rules.title", takes: "keep_desk_rules", shown: ["rules"], folded: "more" },
  { link: links.audit, title: "nav.audit", takes: "read_audit", shown: ["audit"], folded: "more" },
  { link: links.gaps, title: "gaps.title", takes: "own_account", shown: ["gaps"], folded: "more" },
  { link: links.knowledge, title: "nav.knowledge", takes: "read_knowledge", shown: ["knowledge"], folded: "more" },
  { link: links.account, title: "account.title", takes: "own_account", shown: ["account"], folded: "own" },
];

/** Those that somebody may see. */
export const pagesOf = (agent: Agent): readonly PageLink[] => PAGES.filter(({ takes }) => may(agent, takes));
