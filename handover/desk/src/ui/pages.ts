/** The pages of the desk, in the order of the navigation: what it shows, and the command bar leads to. */

import { may } from "../state/permissions";
import { links, type Route } from "../state/route";
import type { Key } from "../texts";
import type { Agent, Permission } from "../wire";

interface PageLink {
  link: string;
  title: Key;
  takes: Permission;
  /** Pages on which it is the current one. */
  shown: readonly Route["page"][];
  /** It stands in one's own menu, not in the navigation. */
  menu?: boolean;
}

const PAGES: readonly PageLink[] = [
  { link: links.work, title: "nav.work", takes: "read_conversations", shown: ["work"] },
  { link: links.customers, title: "nav.customers", takes: "read_conversations", shown: ["customers", "customer"] },
  { link: links.answers, title: "canned.title", takes: "serve_conversations", shown: ["answers"] },
  { link: links.audit, title: "nav.audit", takes: "read_audit", shown: ["audit"] },
  { link: links.knowledge, title: "nav.knowledge", takes: "read_knowledge", shown: ["knowledge"] },
  { link: links.account, title: "account.title", takes: "own_account", shown: ["account"], menu: true },
];

/** Those that somebody may see. */
export const pagesOf = (agent: Agent): readonly PageLink[] => PAGES.filter(({ takes }) => may(agent, takes));
