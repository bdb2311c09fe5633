import { unturned } from "./unturned";

/** Silence after which a socket counts as dead. The desk pings more often than that. */
const SILENCE = 30_000;
const LOOK = 5_000;

interface Frame {
  type: string;
}

/** One socket: says hello, answers pings, notices silence. Once lost or closed it says no more. */
export class Line<Said extends Frame, Heard extends Frame> {
  readonly #socket: WebSocket;
  readonly #lost: () => void;
  readonly #looking: ReturnType<typeof setInterval>;
  #heardAt = Date.now();

  constructor(url: string, hello: Said, hear: (frame: Heard) => void, lost: () => void) {
    this.#lost = lost;
    this.#socket = new WebSocket(url);
    this.#socket.onopen = () => this.send(hello);
    this.#socket.onclose = () => this.#end();
    this.#socket.onmessage = ({ data }) => {
      this.#heardAt = Date.now();
      const frame = JSON.parse(unturned(String(data))) as Heard;
      if (frame.type === "ping") this.#write({ type: "pong" });
      else hear(frame);
    };
    this.#looking = setInterval(() => this.isSilent && this.#end(), LOOK);
  }

  /**
   * By the wall clock, looked at often: timers stand still in a sleeping laptop, and one set before would be late by
   * hours. A clock that was set, forwards or back, costs a reconnect.
   */
  get isSilent(): boolean {
    return Math.abs(Date.now() - this.#heardAt) >= SILENCE;
  }

  send(frame: Said): void {
    this.#write(frame);
  }

  close(): void {
    clearInterval(this.#looking);
    this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close();
  }

  #write(frame: Frame): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  #end(): void {
    this.close();
    this.#lost();
  }
}
