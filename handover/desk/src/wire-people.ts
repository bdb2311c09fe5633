/** The staff as supervisors and admins keep it. Mirrors `handover/contract/people.py`. */

import type { Agent, Language } from "./wire";
import type { AgentStatus } from "./wire-queue";

export interface PersonRow {
  id: string;
  name: string;
  email: string;
  role: Agent["role"];
  active: boolean;
  serves: boolean;
  status: AgentStatus;
  online: boolean;
  load: number;
  load_limit: number;
  languages: readonly Language[];
  topics: readonly string[];
  team: string | null;
  shift_until: string | null;
}

export interface People {
  people: readonly PersonRow[];
  topics: readonly string[];
  teams: readonly string[];
  load_most: number;
}

/** A password that is shown once. */
export interface Handed {
  id: string;
  email: string;
  password: string;
}
