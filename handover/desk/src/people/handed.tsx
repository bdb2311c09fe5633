import { useState } from "preact/hooks";
import { t } from "../texts";
import { Dialog } from "../ui/dialog";
import type { Handed } from "../wire-people";

/** A password, shown once: the desk keeps only what it is recognised by. */
export function HandedDialog({ handed, onClose }: { handed: Handed; onClose: () => void }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(handed.password);
      setCopied(true);
    } catch {
      setCopied(false); // not allowed here: it stands there to be read
    }
  };
  return (
    <Dialog title={t("people.handed.title")} name="handed" onClose={onClose}>
      <p>{t("people.handed.about", { email: handed.email })}</p>
      <p>
        <code class="secret" data-testid="handed-password">
          {handed.password}
        </code>
      </p>
      <p role="status" class="quiet">
        {copied && t("people.handed.copied")}
      </p>
      <div class="buttons">
        <button type="button" onClick={() => void copy()}>
          {t("people.handed.copy")}
        </button>
        <button type="button" class="primary" onClick={onClose} data-testid="handed-done">
          {t("people.handed.done")}
        </button>
      </div>
    </Dialog>
  );
}
