import { forCode, t } from "../texts";
import { moment } from "../texts/format";
import { Failure } from "../ui/dialog";
import { Chip } from "../ui/parts";
import { useAction } from "../ui/use-action";
import type { SessionView } from "../wire-account";
import * as api from "./api";

/** Where one is logged in, and how to end it there. */
export function SessionsCard({ sessions, onChanged }: { sessions: readonly SessionView[]; onChanged: () => void }) {
  const action = useAction();
  const others = sessions.some((one) => !one.this);
  const act = async (work: () => Promise<unknown>) => {
    await action.run(work);
    onChanged(); // one that had ended by itself is gone from the list, too
  };
  return (
    <section class="card" aria-labelledby="account-sessions" data-testid="account-sessions">
      <h2 id="account-sessions">{t("sessions.title")}</h2>
      <ul class="lines sessions">
        {sessions.map((one) => (
          <li key={one.id} data-testid="session" data-this={one.this}>
            <span class="session-name">{deviceName(one)}</span>
            {one.this ? (
              <Chip kind="good">{t("sessions.this")}</Chip>
            ) : (
              <button
                type="button"
                disabled={action.busy}
                aria-label={t("sessions.end_one", { device: deviceName(one) })}
                onClick={() => void act(() => api.endSession(one.id))}
                data-testid="session-end"
              >
                {t("sessions.end")}
              </button>
            )}
            <span class="quiet wide">{t("sessions.times", { since: moment(one.since), seen: moment(one.seen_at) })}</span>
          </li>
        ))}
      </ul>
      <Failure text={action.error} />
      {others ? (
        <div class="buttons">
          <button
            type="button"
            disabled={action.busy}
            onClick={() => void act(api.endOtherSessions)}
            data-testid="sessions-end-others"
          >
            {t("sessions.end_others")}
          </button>
        </div>
      ) : (
        <p class="quiet">{t("sessions.only")}</p>
      )}
    </section>
  );
}

function deviceName({ browser, system }: SessionView): string {
  return t("sessions.device", { browser: forCode("browser", browser), system: forCode("system", system) });
}
