/** Files chosen for the next message, one tray a conversation: switching to another case loses none of them. */

import { effect, signal, type Signal } from "@preact/signals";
import { Tray, uploadTo, type Picked } from "@widget/connection/files";
import * as api from "../api";

export interface Attached {
  tray: Tray;
  items: Signal<readonly Picked[]>;
}

export class Trays {
  private readonly known = new Map<string, Attached>();
  /** Bytes of the largest file that may be sent; nothing until the desk has said. */
  readonly limit = signal<number | null>(null);
  private readonly stopWatching: () => void;

  /** `isOpen`: whether the desk can be reached. */
  constructor(private readonly isOpen: () => boolean) {
    this.stopWatching = effect(() => {
      const open = this.isOpen();
      for (const { tray } of this.known.values()) tray.setOpen(open);
    });
  }

  of(id: string): Attached {
    const known = this.known.get(id);
    if (known) return known;
    const tray = new Tray((...upload) => uploadTo(api.filesPath(id), { "X-Kulanz": "desk" }, ...upload));
    const items = signal(tray.items);
    tray.subscribe(() => (items.value = tray.items));
    tray.setOpen(this.isOpen());
    this.known.set(id, { tray, items });
    return { tray, items };
  }

  async add(id: string, files: readonly File[]): Promise<number> {
    if (this.limit.value === null) this.limit.value = await api.fileLimit().catch(() => null); // the desk checks again
    return this.of(id).tray.add(files, this.limit.value);
  }

  stop(): void {
    this.stopWatching();
    for (const { tray } of this.known.values()) tray.clear();
  }
}
