/** The part of the desk's HTTP API that accounts are kept by. */

import { get, post, put } from "../connection/http";
import type { AccountRow, AccountView, EnrolmentView, RecoveryCodes } from "../wire-account";
import type { ShiftPlanView, ShiftsView } from "../wire-shifts";

export const account = () => get<AccountView>("/api/account");
export const changePassword = (old: string, next: string) => post("/api/account/password", { old, new: next });
export const beginSecondStep = (password: string) => post<EnrolmentView>("/api/account/second-step", { password });
export const confirmSecondStep = (code: string) => post<RecoveryCodes>("/api/account/second-step/confirm", { code });
export const turnSecondStepOff = (password: string, code: string) =>
  post("/api/account/second-step/off", { password, code });
export const renewCodes = (password: string, code: string) =>
  post<RecoveryCodes>("/api/account/second-step/codes", { password, code });
export const endSession = (id: string) => post(`/api/account/sessions/${encodeURIComponent(id)}/end`);
export const endOtherSessions = () => post("/api/account/sessions/end-others");

export const accounts = () => get<{ accounts: readonly AccountRow[] }>("/api/accounts");
export const endSessionsOf = (id: string) => post(`/api/accounts/${encodeURIComponent(id)}/sessions/end`);
export const resetSecondStepOf = (id: string) => post(`/api/accounts/${encodeURIComponent(id)}/second-step/reset`);

/** One's own shifts, or a colleague's. */
const shiftsPath = (agentId?: string): string =>
  agentId ? `/api/staff/${encodeURIComponent(agentId)}/shifts` : "/api/me/shifts";
export const shifts = (agentId?: string) => get<ShiftsView>(shiftsPath(agentId));
export const keepShifts = (plan: ShiftPlanView, version: number, agentId?: string) =>
  put<ShiftsView>(shiftsPath(agentId), { plan, version });
export const stay = () => post<ShiftsView>("/api/me/shifts/stay");
