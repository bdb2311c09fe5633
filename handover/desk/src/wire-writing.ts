/** How an agent wants to write. Mirrors `handover/contract/writing.py`. */

export interface WritingSettings {
  send_by: "enter" | "ctrl_enter";
  undo: boolean;
}
