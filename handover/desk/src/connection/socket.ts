/** The agent's socket: a ticket by HTTP, `hello` first, heartbeat, and back again after every loss. */

import { signal } from "@preact/signals";
import { pause } from "@widget/connection/backoff";
import { Line } from "@widget/connection/line";
import type { AgentFrame, AgentServerFrame } from "../wire";
import { ApiError } from "./http";

/** connecting -> open -> connecting … -> stopped */
export type Link = "connecting" | "open" | "stopped";

const HEARTBEAT = 15_000;

interface Wiring {
  ticket: () => Promise<string>;
  /** The socket is open and its agent known: fetch what was missed. */
  ready: () => void;
  frame: (frame: AgentServerFrame) => void;
}

export class DeskSocket {
  readonly link = signal<Link>("connecting");
  private line: Line<AgentFrame, AgentServerFrame> | undefined;
  private heartbeat: ReturnType<typeof setInterval> | undefined;
  /** Set while a pause before the next try runs. */
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;

  constructor(private readonly wiring: Wiring) {}

  start(): void {
    addEventListener("online", this.hurry);
    document.addEventListener("visibilitychange", this.hurry);
    void this.connect();
  }

  stop(): void {
    removeEventListener("online", this.hurry);
    document.removeEventListener("visibilitychange", this.hurry);
    this.link.value = "stopped";
    clearTimeout(this.timer);
    clearInterval(this.heartbeat);
    this.line?.close();
  }

  /** Frames are hints here (typing, read): what cannot be sent now is not worth keeping. */
  send(frame: AgentFrame): void {
    if (this.link.value === "open") this.line?.send(frame);
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
    this.line = new Line(
      `${location.origin.replace(/^http/, "ws")}/ws/desk`,
      { type: "hello", ticket, cursor: 0 },
      (frame) => this.receive(frame),
      () => this.again(),
    );
  }

  private receive(frame: AgentServerFrame): void {
    if (frame.type === "ready") {
      this.failures = 0;
      this.link.value = "open";
      this.heartbeat = setInterval(() => this.send({ type: "heartbeat" }), HEARTBEAT);
      this.wiring.ready();
    }
    this.wiring.frame(frame);
  }

  private again(): void {
    if (this.link.value === "stopped") return;
    this.link.value = "connecting";
    clearInterval(this.heartbeat);
    this.timer = setTimeout(() => void this.connect(), pause(this.failures));
    this.failures += 1;
  }

  /** The network is back, or somebody looks: no need to sit out the pause. */
  private readonly hurry = (): void => {
    if (this.timer === undefined || document.visibilityState !== "visible") return;
    clearTimeout(this.timer);
    void this.connect();
  };
}
