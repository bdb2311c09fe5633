/** What somebody finds on the page: the desk's own table (`services/access.py`), told with `/api/me`. It only hides dead ends. */

import type { Agent, Permission } from "../wire";

export const may = (agent: Pick<Agent, "may">, what: Permission): boolean => agent.may.includes(what);
