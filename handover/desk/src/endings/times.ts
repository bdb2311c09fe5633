/** Times of tasks, as the agent's own clock says; the desk keeps UTC. */

const two = (part: number): string => String(part).padStart(2, "0");

/** As a field for day and time takes it: local, to the minute. */
export function fieldValue(at: Date): string {
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** What such a field holds, as ISO in UTC; null if it is not filled in. */
export function isoOf(value: string): string | null {
  const at = new Date(value);
  return value && !Number.isNaN(at.getTime()) ? at.toISOString() : null;
}

export const PICKS = ["hour", "afternoon", "tomorrow", "monday"] as const;
export type Pick = (typeof PICKS)[number];

/** A usual time, seen from `from`; null where it has passed. */
export function picked(pick: Pick, from: Date): Date | null {
  const at = new Date(from);
  if (pick === "hour") {
    at.setHours(at.getHours() + 1, at.getMinutes(), 0, 0);
    return at;
  }
  at.setHours(pick === "afternoon" ? 16 : 9, 0, 0, 0);
  if (pick === "tomorrow") at.setDate(at.getDate() + 1);
  if (pick === "monday") at.setDate(at.getDate() + ((8 - at.getDay()) % 7 || 7));
  return at > from ? at : null;
}

/** The agent's time zone, as it is called: `Europe/Berlin`. */
export const zone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

export const isSameDay = (iso: string, other: number): boolean =>
  new Date(iso).toDateString() === new Date(other).toDateString();
