/** One's own account and those of others: `handover/contract/accounts.py`. */

import type { Role } from "./wire";

export type LogInStep = "code" | "enrol";

export interface LogInWays {
  password: "everybody" | "admins";
  company: boolean;
}

export interface SessionView {
  id: string;
  since: string;
  seen_at: string;
  browser: string;
  system: string;
  this: boolean;
}

export interface SecondStepView {
  since: string | null;
  required: boolean;
  codes_left: number;
}

export interface AccountView {
  has_password: boolean;
  second_step: SecondStepView;
  sessions: readonly SessionView[];
}

export interface EnrolmentView {
  secret: string;
  address: string;
  qr_size: number;
  qr_path: string;
}

export interface RecoveryCodes {
  codes: readonly string[];
}

export interface AccountRow {
  id: string;
  name: string;
  email: string;
  role: Role;
  active: boolean;
  has_password: boolean;
  second_step_since: string | null;
  sessions: number;
  seen_at: string | null;
}
