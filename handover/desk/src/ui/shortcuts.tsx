import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { load, save } from "../state/storage";
import { t } from "../texts";
import { Dialog } from "./dialog";

const KEYS = ["j", "k", "c", "r", "n", "a", "d", "s", "?"] as const;
type Shortcut = (typeof KEYS)[number];

/** Single keys get in the way of speech input, so they can be switched off (WCAG 2.1.4); `?` always works. */
const KEPT = "kulanz.shortcuts";
const enabled = signal(load(KEPT, true, localStorage));

function enable(on: boolean): void {
  enabled.value = on;
  save(KEPT, on, localStorage);
}

/** Single keys, only while nobody types, no dialog is open and no modifier is held. */
export function useShortcuts(does: Partial<Record<Shortcut, () => void>>): void {
  const latest = useRef(does);
  latest.current = does;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const action = latest.current[event.key as Shortcut];
      if (!enabled.value && event.key !== "?") return;
      if (!action || event.ctrlKey || event.metaKey || event.altKey || isTaken(event.target)) return;
      event.preventDefault();
      action();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}

function isTaken(target: EventTarget | null): boolean {
  return (
    (target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"))) ||
    document.querySelector("dialog[open]") !== null
  );
}

export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={t("shortcuts.title")} name="shortcuts" onClose={onClose}>
      <dl class="shortcuts">
        {KEYS.map((key) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{t(`shortcuts.${key === "?" ? "help" : key}`)}</dd>
          </div>
        ))}
      </dl>
      <label class="check">
        <input type="checkbox" checked={enabled.value} onChange={(event) => enable(event.currentTarget.checked)} />
        {t("shortcuts.enabled")}
      </label>
      <div class="buttons">
        <button type="button" class="primary" onClick={onClose}>
          {t("dialog.close")}
        </button>
      </div>
    </Dialog>
  );
}
