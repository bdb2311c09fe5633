import { useState } from "preact/hooks";
import * as api from "../account/api";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import { day, moment } from "../texts/format";
import { FormDialog } from "../ui/dialog";
import { Facts } from "../ui/section";
import { useAction } from "../ui/use-action";
import type { AccountRow } from "../wire-account";

type Deed = "end" | "reset";

const DEEDS: Record<Deed, (id: string) => Promise<unknown>> = { end: api.endSessionsOf, reset: api.resetSecondStepOf };

/** How somebody's account is secured: their second step and where they are logged in. */
export function SecurityCard({ row, onDone }: { row: AccountRow; onDone: () => void }) {
  const { agent } = useWorkplace();
  const [asked, setAsked] = useState<Deed | null>(null);
  const facts = [
    [t("second_step.title"), secondStep(row)],
    [t("sessions.title"), sessions(row)],
  ] as const;
  return (
    <section class="card" aria-labelledby="person-security" data-testid="account-row" data-email={row.email}>
      <h2 id="person-security">{t("people.security")}</h2>
      <Facts facts={facts} />
      <div class="buttons">
        <button type="button" disabled={!row.sessions} onClick={() => setAsked("end")} data-testid="account-end">
          {t("accounts.end")}
        </button>
        {row.second_step_since && row.id !== agent.id && (
          <button type="button" onClick={() => setAsked("reset")} data-testid="account-reset">
            {t("accounts.reset")}
          </button>
        )}
      </div>
      {asked && (
        <Confirm
          deed={asked}
          row={row}
          onDone={() => {
            setAsked(null);
            onDone();
          }}
          onClose={() => setAsked(null)}
        />
      )}
    </section>
  );
}

function secondStep(row: AccountRow): string {
  if (row.second_step_since) return t("second_step.on", { day: day(row.second_step_since) });
  return t(row.has_password ? "second_step.off" : "accounts.company");
}

function sessions(row: AccountRow): string {
  return row.seen_at ? t("accounts.seen", { count: row.sessions, seen: moment(row.seen_at) }) : t("accounts.none");
}

interface ConfirmProps {
  deed: Deed;
  row: AccountRow;
  onDone: () => void;
  onClose: () => void;
}

function Confirm({ deed, row, onDone, onClose }: ConfirmProps) {
  const action = useAction();
  const submit = async () => {
    if (await action.run(() => DEEDS[deed](row.id))) onDone();
  };
  return (
    <FormDialog
      title={t(deed === "end" ? "accounts.end" : "accounts.reset")}
      name="account"
      submit={t(deed === "end" ? "accounts.end" : "accounts.reset")}
      busy={action.busy}
      error={action.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <p>{t(deed === "end" ? "accounts.end.effect" : "accounts.reset.effect", { name: row.name })}</p>
    </FormDialog>
  );
}
