/** When agents are at work. Mirrors `handover/contract/shifts.py`. */

/** `09:00-17:30`; `24:00` is the end of the day. */
export type ClockSpan = string;

export interface ShiftDay {
  day: string;
  spans: readonly ClockSpan[];
}

export interface ShiftPlanView {
  zone: string;
  week: readonly (readonly ClockSpan[])[];
  days: readonly ShiftDay[];
}

export interface ShiftView {
  begins: string;
  ends: string;
}

export interface ShiftsView {
  plan: ShiftPlanView | null;
  version: number;
  current: ShiftView | null;
  following: ShiftView | null;
  ending: boolean;
}
