/** What a role finds on the page. The desk itself decides (`services/access.py`); this only hides dead ends. */

import type { Role } from "../wire";

export const servesConversations = (role: Role): boolean => role !== "editor";
export const decidesCredit = (role: Role): boolean => role === "agent" || role === "supervisor";
export const readsKnowledge = (role: Role): boolean => role !== "agent";
