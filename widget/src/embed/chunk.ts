import { patiently } from "./patience";

/** How a part of the panel is fetched; `again` is put behind its address. The build fills it in, see `vite.config.ts`. */
export type Load<Part> = (again?: string) => Promise<Part>;

/**
 * A part of the panel that is fetched once, when it is first asked for. Throws when it cannot be fetched in time; the next call
 * tries under another address, because a browser may remember a failed import for good.
 */
export function chunk<Part>(load: Load<Part>): () => Promise<Part> {
  let fetched: Promise<Part> | null = null;
  let tries = 0;
  return () =>
    (fetched ??= patiently(load(tries ? `?try=${tries}` : "")).catch((error: unknown) => {
      fetched = null;
      tries += 1;
      throw error;
    }));
}
