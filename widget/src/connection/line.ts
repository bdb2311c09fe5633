import type { Hello, ServerFrame, VisitorFrame } from "./wire";

/** Silence after which a socket counts as dead. The desk pings more often than that. */
const SILENCE = 30_000;

/** One socket: says hello, answers pings, notices silence. Once lost or closed it says no more. */
export class Line {
  readonly #socket: WebSocket;
  readonly #lost: () => void;
  #heardAt = Date.now();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(url: string, hello: Hello, hear: (frame: ServerFrame) => void, lost: () => void) {
    this.#lost = lost;
    this.#socket = new WebSocket(url);
    this.#socket.onopen = () => this.send(hello);
    this.#socket.onclose = () => this.#end();
    this.#socket.onmessage = ({ data }) => {
      this.#waitOn();
      const frame = JSON.parse(String(data)) as ServerFrame;
      if (frame.type === "ping") this.send({ type: "pong" });
      else hear(frame);
    };
    this.#waitOn();
  }

  /** By the wall clock: timers stand still in a sleeping laptop. */
  get isSilent(): boolean {
    return Date.now() - this.#heardAt > SILENCE;
  }

  send(frame: VisitorFrame | Hello): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close();
  }

  #waitOn(): void {
    this.#heardAt = Date.now();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#end(), SILENCE);
  }

  #end(): void {
    this.close();
    this.#lost();
  }
}
