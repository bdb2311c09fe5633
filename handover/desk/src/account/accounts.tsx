import { useState } from "preact/hooks";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import { day, moment } from "../texts/format";
import { Failure, FormDialog } from "../ui/dialog";
import { Chip, Empty } from "../ui/parts";
import { useAction } from "../ui/use-action";
import { useFetched } from "../ui/use-fetched";
import type { AccountRow } from "../wire-account";
import * as api from "./api";

type Deed = "end" | "reset";
interface Asked {
  deed: Deed;
  row: AccountRow;
}

const DEEDS: Record<Deed, (id: string) => Promise<unknown>> = { end: api.endSessionsOf, reset: api.resetSecondStepOf };

/** For admins: how everybody's account is secured. */
export function AccountsCard() {
  const { found, error, again } = useFetched(api.accounts);
  const [asked, setAsked] = useState<Asked | null>(null);

  function done() {
    setAsked(null);
    again();
  }

  return (
    <section class="accounts" aria-labelledby="accounts-title" data-testid="accounts">
      <h2 id="accounts-title">{t("accounts.title")}</h2>
      <Failure text={error} />
      {found ? <Rows rows={found.accounts} onAsk={setAsked} /> : !error && <Empty>{t("loading")}</Empty>}
      {asked && <Confirm {...asked} onDone={done} onClose={() => setAsked(null)} />}
    </section>
  );
}

function Rows({ rows, onAsk }: { rows: readonly AccountRow[]; onAsk: (asked: Asked) => void }) {
  return (
    <div class="table-box" role="region" aria-label={t("accounts.title")} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("accounts.name")}</th>
            <th scope="col">{t("accounts.role")}</th>
            <th scope="col">{t("second_step.title")}</th>
            <th scope="col">{t("sessions.title")}</th>
            <th scope="col">{t("accounts.do")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.id} row={row} onAsk={(deed) => onAsk({ deed, row })} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ row, onAsk }: { row: AccountRow; onAsk: (deed: Deed) => void }) {
  const { agent } = useWorkplace();
  return (
    <tr data-testid="account-row" data-email={row.email}>
      <th scope="row">
        {row.name}
        <br />
        <span class="quiet">{row.email}</span> {!row.active && <Chip>{t("accounts.disabled")}</Chip>}
      </th>
      <td>{t(`role.${row.role}`)}</td>
      <td>{secondStep(row)}</td>
      <td>{row.seen_at ? t("accounts.seen", { count: row.sessions, seen: moment(row.seen_at) }) : t("accounts.none")}</td>
      <td>
        <div class="row-buttons">
          <button
            type="button"
            disabled={!row.sessions}
            aria-label={t("accounts.end_of", { name: row.name })}
            onClick={() => onAsk("end")}
            data-testid="account-end"
          >
            {t("accounts.end")}
          </button>
          {row.second_step_since && row.id !== agent.id && (
            <button
              type="button"
              aria-label={t("accounts.reset_of", { name: row.name })}
              onClick={() => onAsk("reset")}
              data-testid="account-reset"
            >
              {t("accounts.reset")}
            </button>
          )}
        </div>
      </td>
    </tr>
  );
}

function secondStep(row: AccountRow): string {
  if (row.second_step_since) return t("second_step.on", { day: day(row.second_step_since) });
  return t(row.has_password ? "second_step.off" : "accounts.company");
}

function Confirm({ deed, row, onDone, onClose }: Asked & { onDone: () => void; onClose: () => void }) {
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
