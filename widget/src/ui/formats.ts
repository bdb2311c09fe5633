import type { Language } from "../connection/wire";
import { LOCALE } from "../locales/tags";

export function clock(at: string, language: Language): string {
  return new Intl.DateTimeFormat(LOCALE[language], { hour: "2-digit", minute: "2-digit" }).format(new Date(at));
}

/** "Today" has no heading; older days do. */
export function day(at: string, language: Language): string {
  return new Intl.DateTimeFormat(LOCALE[language], { weekday: "long", day: "numeric", month: "long" }).format(
    new Date(at),
  );
}

export function isSameDay(one: string, other: string): boolean {
  return new Date(one).toDateString() === new Date(other).toDateString();
}
