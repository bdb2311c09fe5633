/** Milliseconds: a stalled line never fails by itself, and nobody waits for ever. */
const PATIENCE = 20_000;

/** What comes of `work`; throws when it takes too long. What it brings later is left alone. */
export function patiently<T>(work: Promise<T>): Promise<T> {
  return Promise.race([work, new Promise<never>((_, reject) => setTimeout(reject, PATIENCE))]);
}
