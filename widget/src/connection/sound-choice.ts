const KEY = "kulanz-sound";

/** Where storage is blocked the choice holds until the page is left. */
let chosen: boolean | null = null;

/** Whether the visitor wants to hear of new messages; null while they have not said. */
export function soundChosen(): boolean | null {
  try {
    const kept = localStorage.getItem(KEY);
    return kept === null ? chosen : kept === "on";
  } catch {
    return chosen;
  }
}

export function chooseSound(on: boolean): void {
  chosen = on;
  try {
    localStorage.setItem(KEY, on ? "on" : "off");
  } catch {
    // blocked
  }
}

export function forgetSoundChoice(): void {
  chosen = null;
  try {
    localStorage.removeItem(KEY);
  } catch {
    // blocked
  }
}
