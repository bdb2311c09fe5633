const FIRST = 1_000;
const LONGEST = 30_000;

/** Milliseconds until attempt `attempt` (0, 1, 2 …): doubling, and jittered so that a restart is no stampede. */
export function pause(attempt: number, random: () => number = Math.random): number {
  const most = Math.min(LONGEST, FIRST * 2 ** Math.min(attempt, 10));
  return Math.round(most * (0.5 + random() / 2));
}
