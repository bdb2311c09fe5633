/** Seconds that move on only while somebody looks at them. */

import { signal } from "@preact/signals";

const SECOND = 1_000;
let timer: ReturnType<typeof setInterval> | undefined;

/** The present, each second. */
export const seconds = signal(Date.now(), {
  watched() {
    seconds.value = Date.now();
    timer = setInterval(() => (seconds.value = Date.now()), SECOND);
  },
  unwatched() {
    clearInterval(timer);
  },
});
