import { Slot } from "./slot";

const slot = new Slot(() => localStorage, "kulanz-sound");

/** Whether the visitor wants to hear of new messages; null while they have not said. */
export function soundChosen(): boolean | null {
  const kept = slot.read();
  return kept === null ? null : kept === "on";
}

export function chooseSound(on: boolean): void {
  slot.write(on ? "on" : "off");
}

export function forgetSoundChoice(): void {
  slot.write(null);
}
