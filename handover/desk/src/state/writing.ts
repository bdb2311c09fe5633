/** How this agent wants to write: kept at the desk, and here for the moment until the desk has answered. */

import { signal } from "@preact/signals";
import * as api from "../api";
import type { WritingSettings } from "../wire-writing";
import { load, save } from "./storage";

/** As the desk has it for who never chose. */
const USUAL: WritingSettings = { send_by: "enter", undo: true };

export class Writing {
  readonly settings = signal<WritingSettings>(USUAL);
  private readonly key: string;

  constructor(agentId: string) {
    this.key = `kulanz.writing.${agentId}`;
    this.settings.value = load(this.key, USUAL, localStorage);
  }

  /** A desk that cannot be asked leaves what this browser knew last. */
  async fetch(): Promise<void> {
    const before = this.settings.peek();
    const found = await api.writingSettings().catch(() => before);
    if (this.settings.peek() === before) this.set(found); // otherwise something was chosen meanwhile
  }

  /** Counts once the desk has it. */
  async choose(change: Partial<WritingSettings>): Promise<void> {
    const chosen = { ...this.settings.peek(), ...change };
    await api.keepWritingSettings(chosen);
    this.set(chosen);
  }

  private set(settings: WritingSettings): void {
    this.settings.value = settings;
    save(this.key, settings, localStorage);
  }
}
