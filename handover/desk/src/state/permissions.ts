/** What somebody finds on the page: the desk's own table (`services/access.py`), told with `/api/me`. It only hides dead ends. */

import type { Agent, ConversationSummary, Permission } from "../wire";

export const may = (agent: Pick<Agent, "may">, what: Permission): boolean => agent.may.includes(what);

/** Whether a conversation is theirs to know of: one's own, one's team's, those of no team, and what one is asked to take. */
export const sees = (
  agent: Pick<Agent, "id" | "team" | "may">,
  { owner_id: owner, team, offered_to: asked }: Pick<ConversationSummary, "owner_id" | "team" | "offered_to">,
): boolean =>
  may(agent, "read_all_conversations") || [owner, asked].includes(agent.id) || team === null || team === agent.team;
