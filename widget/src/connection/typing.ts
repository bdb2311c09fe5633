const REPEAT = 3_000;
const PAUSE = 5_000;

/** Turns keystrokes into few typing frames: "on" at most every 3 s, "off" after 5 s of rest. */
export class TypingSignal {
  readonly #tell: (on: boolean) => void;
  #toldAt = 0;
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(tell: (on: boolean) => void) {
    this.#tell = tell;
  }

  keystroke(): void {
    const now = Date.now();
    if (now - this.#toldAt >= REPEAT) {
      this.#toldAt = now;
      this.#tell(true);
    }
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.stop(), PAUSE);
  }

  stop(): void {
    clearTimeout(this.#rest);
    if (!this.#toldAt) return;
    this.#toldAt = 0;
    this.#tell(false);
  }
}
