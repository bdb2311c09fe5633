/** The agent's socket: a ticket by HTTP, `hello` first, heartbeat, and back again after every loss. */

import { signal } from "@preact/signals";
import { pause } from "@widget/connection/backoff";
import type { AgentFrame, AgentServerFrame } from "../wire";
import { ApiError } from "./http";

/** connecting -> open -> connecting … -> stopped */
export type Link = "connecting" | "open" | "stopped";

const HEARTBEAT = 15_000;
/** The desk pings every 20 s; after this long without a word the line is dead, whatever the browser believes. */
const SILENCE = 50_000;

interface Wiring {
  ticket: () => Promise<string>;
  /** The socket is open and its agent known: fetch what was missed. */
  ready: () => void;
  frame: (frame: AgentServerFrame) => void;
}

export class DeskSocket {
  readonly link = signal<Link>("connecting");
  private socket: WebSocket | undefined;
  private heartbeat: ReturnType<typeof setInterval> | undefined;
  /** Set while a pause before the next try runs. */
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private heardAt = 0;

  constructor(private readonly wiring: Wiring) {}

  start(): void {
    addEventListener("online", this.hurry);
    void this.connect();
  }

  stop(): void {
    removeEventListener("online", this.hurry);
    this.link.value = "stopped";
    clearTimeout(this.timer);
    clearInterval(this.heartbeat);
    this.socket?.close();
  }

  /** Frames are hints here (typing, read): what cannot be sent now is not worth keeping. */
  send(frame: AgentFrame): void {
    if (this.link.value === "open") this.socket?.send(JSON.stringify(frame));
  }

  private async connect(): Promise<void> {
    this.timer = undefined;
    try {
      const ticket = await this.wiring.ticket();
      if (this.link.value !== "stopped") this.open(ticket);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) this.stop();
      else this.again();
    }
  }

  private open(ticket: string): void {
    const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/ws/desk`);
    this.socket = socket;
    socket.onopen = () => socket.send(JSON.stringify({ type: "hello", ticket, cursor: 0 } satisfies AgentFrame));
    socket.onmessage = (message) => this.receive(JSON.parse(message.data));
    socket.onclose = () => this.again();
  }

  private receive(frame: AgentServerFrame): void {
    this.heardAt = Date.now();
    if (frame.type === "ping") return this.send({ type: "pong" });
    if (frame.type === "ready") {
      this.failures = 0;
      this.link.value = "open";
      this.heartbeat = setInterval(() => this.beat(), HEARTBEAT);
      this.wiring.ready();
    }
    this.wiring.frame(frame);
  }

  private beat(): void {
    if (Date.now() - this.heardAt > SILENCE) return this.lose();
    this.send({ type: "heartbeat" });
  }

  private lose(): void {
    const socket = this.socket!;
    socket.onclose = null; // a dead line may take minutes to report its close
    socket.close();
    this.again();
  }

  private again(): void {
    if (this.link.value === "stopped") return;
    this.link.value = "connecting";
    clearInterval(this.heartbeat);
    this.timer = setTimeout(() => void this.connect(), pause(this.failures));
    this.failures += 1;
  }

  /** The network is back: no need to sit out the pause. */
  private readonly hurry = (): void => {
    if (this.timer === undefined) return;
    clearTimeout(this.timer);
    void this.connect();
  };
}
