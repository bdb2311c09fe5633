/**
 * Notifications of the browser, for whoever wants them on this machine: only while no page of the desk is in sight, and once,
 * however many are open. The pages agree by locks, which a page that dies lets go of.
 */

import { computed, signal } from "@preact/signals";
import { load, save } from "./storage";
import { go } from "./route";

export interface News {
  title: string;
  body: string;
  /** A later one of the same tag takes its place. */
  tag: string;
  /** What a click opens. */
  link: string;
}

interface Wanted {
  on: boolean;
  /** Customers' names in them: whoever looks at the screen reads them. */
  names: boolean;
}

const KEPT = "kulanz.notifications";
/** How the browser stands to it; `none`: it has no notifications, or shows them only on encrypted pages. */
export type Permission = NotificationPermission | "none";
const granted = (): Permission => ("Notification" in globalThis && isSecureContext ? Notification.permission : "none");

export class Notifications {
  readonly wanted = signal(load<Wanted>(KEPT, { on: false, names: false }, localStorage));
  readonly permission = signal<Permission>(granted());
  readonly isOn = computed(() => this.wanted.value.on && this.permission.value === "granted");
  /** Ends what this page holds. */
  private readonly leaving = new AbortController();
  private isSpeaker = false;
  private hide: (() => void) | undefined;
  private readonly inSight: string;
  private readonly speaker: string;

  constructor(agentId: string) {
    this.inSight = `kulanz.in_sight.${agentId}`;
    this.speaker = `kulanz.speaker.${agentId}`;
  }

  start(): void {
    if (!navigator.locks) {
      this.isSpeaker = true;
      return;
    }
    this.hold(this.speaker, "exclusive", () => (this.isSpeaker = true));
    document.addEventListener("visibilitychange", this.seen);
    this.seen();
  }

  stop(): void {
    document.removeEventListener("visibilitychange", this.seen);
    this.isSpeaker = false;
    this.leaving.abort();
  }

  /** Only ever after a click: browsers ask their users, and a no is for good. */
  async turn(on: boolean): Promise<void> {
    if (on && this.permission.value === "default") this.permission.value = await Notification.requestPermission();
    else this.permission.value = granted(); // it may have been changed in the browser's settings
    this.keep({ on });
  }

  keep(change: Partial<Wanted>): void {
    this.wanted.value = { ...this.wanted.value, ...change };
    save(KEPT, this.wanted.value, localStorage);
  }

  async tell({ title, body, tag, link }: News): Promise<void> {
    if (!this.isOn.value || !this.isSpeaker || (await this.isLookedAt())) return;
    const shown = made(title, { body, tag, icon: "/desk/icon.svg" });
    if (!shown) return;
    shown.onclick = () => {
      window.focus();
      go(link);
      shown.close();
    };
  }

  private async isLookedAt(): Promise<boolean> {
    if (document.visibilityState === "visible") return true;
    const { held = [] } = (await navigator.locks?.query()) ?? {};
    return held.some(({ name }) => name === this.inSight);
  }

  private readonly seen = (): void => {
    this.hide?.();
    this.hide = undefined;
    if (document.visibilityState !== "visible") return;
    this.hold(this.inSight, "shared", () => undefined, (end) => (this.hide = end));
  };

  /** From when it is free until `end` is called, or this page is gone. */
  private hold(name: string, mode: LockMode, held: () => void, ends?: (end: () => void) => void): void {
    let isWanted = true;
    const whileHeld = new Promise<void>((resolve) => {
      const end = () => {
        isWanted = false;
        resolve();
      };
      ends?.(end);
      this.leaving.signal.addEventListener("abort", end);
    });
    const request = navigator.locks.request(name, { mode, signal: this.leaving.signal }, () => {
      if (!isWanted) return undefined;
      held();
      return whileHeld;
    });
    request.catch(() => undefined); // let go of while it still waited
  }
}

/** Browsers of phones have the name, and leave the work to service workers alone. */
function made(title: string, options: NotificationOptions): Notification | null {
  try {
    return new Notification(title, options);
  } catch {
    return null;
  }
}
