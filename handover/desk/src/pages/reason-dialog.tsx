import { useState } from "preact/hooks";
import * as api from "../api";
import { t } from "../texts";
import { FormDialog } from "../ui/dialog";
import { useAction } from "../ui/use-action";

/** As the desk asks for it (`services/need_to_know.py`). */
const LEAST = 10;
const MOST = 500;

/** A record without a case opens for whoever says why; the reason is logged. */
export function ReasonDialog({ id, onOpened, onClose }: { id: string; onOpened: () => void; onClose: () => void }) {
  const [reason, setReason] = useState("");
  const action = useAction();
  const open = async () => {
    if (await action.run(() => api.openRecord(id, reason.trim()))) onOpened();
  };
  return (
    <FormDialog
      title={t("reason.title")}
      name="reason"
      submit={t("reason.open")}
      busy={action.busy}
      error={action.error}
      onSubmit={() => void open()}
      onClose={onClose}
    >
      <p id="reason-about">{t("reason.about")}</p>
      <label>
        {t("reason.label")}
        <textarea
          name="reason"
          rows={3}
          required
          minLength={LEAST}
          maxLength={MOST}
          aria-describedby="reason-about"
          value={reason}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </label>
    </FormDialog>
  );
}
