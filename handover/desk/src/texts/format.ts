/** Numbers, money and times as the agent's language writes them. */

import { signal } from "@preact/signals";
import type { Language } from "../wire";
import { language } from ".";

const MINUTE = 60_000;

/** Those of the widget: whoever reads English here writes the day before the month. */
const LOCALE: Record<Language, string> = { de: "de-DE", en: "en-GB" };
const locale = (): string => LOCALE[language.value];

/** One per form: making it takes far longer than writing with it, and a long talk has hundreds of times. */
function kept<Options, Form>(make: (locale: string, options: Options) => Form): (locale: string, options: Options) => Form {
  const forms = new Map<string, Form>();
  return (spoken, options) => {
    const key = `${spoken} ${JSON.stringify(options)}`;
    const form = forms.get(key) ?? make(spoken, options);
    forms.set(key, form);
    return form;
  };
}
const times = kept((spoken, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(spoken, options));
const numbers = kept((spoken, options: Intl.NumberFormatOptions) => new Intl.NumberFormat(spoken, options));

/** The present, moving on every 15 s: whoever reads it is drawn again. */
export const now = signal(Date.now());
setInterval(() => (now.value = Date.now()), 15_000);

/** `spoken`: the language of whoever reads it, if that is not the page's. */
export function money(cents: number, currency: string, spoken: Language = language.value): string {
  return numbers(LOCALE[spoken], { style: "currency", currency }).format(cents / 100);
}

export function percent(share: number): string {
  return numbers(locale(), { style: "percent", maximumFractionDigits: 0 }).format(share);
}

/** A day without a time, e.g. an order's: `2025-03-04` is that day everywhere. */
export function day(iso: string): string {
  const at = new Date(iso.length === 10 ? `${iso}T12:00:00` : iso);
  return times(locale(), { dateStyle: "medium" }).format(at);
}

export function longDay(iso: string): string {
  return times(locale(), { dateStyle: "full" }).format(new Date(iso));
}

/** 0: Monday. */
export function weekday(number: number): string {
  return times(locale(), { weekday: "long", timeZone: "UTC" }).format(Date.UTC(2024, 0, 1 + number));
}

export function clock(iso: string): string {
  return times(locale(), { timeStyle: "short" }).format(new Date(iso));
}

export function moment(iso: string): string {
  return times(locale(), { dateStyle: "medium", timeStyle: "short" }).format(new Date(iso));
}

const isToday = (iso: string): boolean => new Date(now.value).toDateString() === new Date(iso).toDateString();

const WEEK = 6 * 24 * 60 * MINUTE;

/** When the desk opens: the time today, the weekday within the week, the date beyond. */
export function opening(iso: string): string {
  const at = new Date(iso);
  const isFar = at.getTime() - now.value > WEEK;
  return times(locale(), {
    hour: "numeric",
    minute: "2-digit",
    ...(!isToday(iso) && { weekday: "long" }),
    ...(isFar && { day: "numeric", month: "long" }),
  }).format(at);
}

/** Phrases as one enumeration: `a, b and c`. */
export function listOf(phrases: readonly string[]): string {
  return new Intl.ListFormat(locale(), { type: "conjunction" }).format(phrases);
}

/** The time of today, the date of any other day: what a narrow list has room for. */
export function shortMoment(iso: string): string {
  const style: Intl.DateTimeFormatOptions = isToday(iso) ? { timeStyle: "short" } : { day: "numeric", month: "short" };
  return times(locale(), style).format(new Date(iso));
}

/** How long ago, in the largest unit that says enough: `4 min`, `3 hr`, `2 days`. */
export function elapsed(iso: string): string {
  const minutes = Math.max(0, Math.floor((now.value - Date.parse(iso)) / MINUTE));
  if (minutes < 60) return unit(minutes, "minute", "short");
  if (minutes < 48 * 60) return unit(Math.floor(minutes / 60), "hour", "short");
  return unit(Math.floor(minutes / (24 * 60)), "day", "long");
}

/** A stretch of time, in seconds below two minutes, in minutes beyond: `50 sec`, `4 min`. */
export function duration(milliseconds: number): string {
  const count = Math.max(0, Math.floor(milliseconds / 1_000));
  if (count < 120) return unit(count, "second", "short");
  return count < 2 * 3_600 ? unit(Math.floor(count / 60), "minute", "short") : unit(Math.floor(count / 3_600), "hour", "short");
}

function unit(count: number, name: string, unitDisplay: "short" | "long"): string {
  return numbers(locale(), { style: "unit", unit: name, unitDisplay }).format(count);
}
