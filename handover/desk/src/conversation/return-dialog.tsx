import { useState } from "preact/hooks";
import * as api from "../api";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import type { ConversationSummary } from "../wire";
import { FormDialog } from "../ui/dialog";
import { useAction } from "../ui/use-action";
import { Ending } from "./close-dialog";
import { WrapUpForm } from "./wrap-up-form";

export function ReturnDialog({ row, onClose }: { row: ConversationSummary; onClose: () => void }) {
  const workplace = useWorkplace();
  const action = useAction();
  const [form] = useState(() => new WrapUpForm(row.id));
  const summary = workplace.drafts.of(row.id, "return");

  async function giveBack(isJudged: boolean) {
    const done = await action.run(async () => {
      if (isJudged) await form.arrived;
      const wrapUp = isJudged ? form.said() : null;
      const { outcome } = form.fields.value;
      const told = summary.value.trim();
      workplace.put((await api.giveBack(row.id, row.ownership_version, outcome, told, wrapUp)).summary);
    });
    if (!done) return;
    summary.value = "";
    onClose();
  }
  function skip(event: MouseEvent) {
    if ((event.currentTarget as HTMLButtonElement).form!.reportValidity()) void giveBack(false);
  }

  return (
    <FormDialog
      title={t("return.title")}
      name="return"
      submit={t("return.submit")}
      busy={action.busy}
      error={action.error}
      onSubmit={() => void giveBack(true)}
      onClose={onClose}
      extra={
        <button type="button" disabled={action.busy} onClick={skip} data-testid="wrap-up-skip">
          {t("wrap_up.skip")}
        </button>
      }
    >
      <label>
        {t("return.summary")}
        <textarea
          name="summary"
          rows={3}
          required
          maxLength={2000}
          value={summary.value}
          onInput={(event) => (summary.value = event.currentTarget.value)}
        />
      </label>
      <p class="quiet">{t("return.hint")}</p>
      <Ending form={form} row={row} />
    </FormDialog>
  );
}
