/** The canned answers that this agent may use, fetched when they are first looked for and again each time. */

import { signal } from "@preact/signals";
import { answers } from "../canned/api";
import type { CannedAnswer } from "../wire-canned";
import { oneAtATime } from "./one-at-a-time";

export class CannedAnswers {
  /** By name; none: not fetched yet. */
  readonly all = signal<readonly CannedAnswer[] | null>(null);
  /** Why the last fetch failed; what was fetched before stays in use. */
  readonly failure = signal<unknown>(null);

  readonly load = oneAtATime(async () => {
    try {
      this.all.value = (await answers()).answers;
      this.failure.value = null;
    } catch (failure) {
      this.failure.value = failure;
    }
  });
}
