/** Figures and days that only parts of the panel show. */
import type { Language } from "../connection/wire";
import { LOCALE } from "../locales/tags";
import { noonOf } from "../messages/shop-cards";
import { isSameDay } from "./formats";

/** A range of seconds in whole minutes or hours, never narrower than it is: "2–5 minutes"; only its end below a minute. */
export function span(from: number, to: number, language: Language): string {
  const [unit, seconds] = from >= 3_600 ? (["hour", 3_600] as const) : (["minute", 60] as const);
  const format = new Intl.NumberFormat(LOCALE[language], { style: "unit", unit, unitDisplay: "long" });
  const [least, most] = [Math.floor(from / seconds), Math.max(1, Math.ceil(to / seconds))];
  return least ? format.formatRange(least, most) : format.format(most);
}

const WEEK = 6 * 24 * 3_600_000;

/** When the desk opens: the time today, the weekday within the week, the date beyond. */
export function opening(at: string, language: Language): string {
  const isFar = Date.parse(at) - Date.now() > WEEK;
  return new Intl.DateTimeFormat(LOCALE[language], {
    hour: "numeric",
    minute: "2-digit",
    ...(!isSameDay(at, new Date().toISOString()) && { weekday: "long" }),
    ...(isFar && { day: "numeric", month: "long" }),
  }).format(new Date(at));
}

export function percent(share: number, language: Language): string {
  return new Intl.NumberFormat(LOCALE[language], { style: "percent" }).format(share);
}

export function money(cents: number, currency: string, language: Language): string {
  return new Intl.NumberFormat(LOCALE[language], { style: "currency", currency }).format(cents / 100);
}

/** An ISO day: that day everywhere. */
export function date(isoDay: string, language: Language): string {
  return new Intl.DateTimeFormat(LOCALE[language], { dateStyle: "long" }).format(noonOf(isoDay));
}

/** `1 Tag`, `5 days`. */
export function days(count: number, language: Language): string {
  return new Intl.NumberFormat(LOCALE[language], { style: "unit", unit: "day", unitDisplay: "long" }).format(count);
}
