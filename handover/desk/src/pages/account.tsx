import * as api from "../account/api";
import { PasswordCard } from "../account/password";
import { SecondStepCard } from "../account/second-step";
import { SessionsCard } from "../account/sessions";
import { ShiftsCard } from "../account/shifts";
import { may } from "../state/permissions";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import { FailedLoad, Loading } from "../ui/loading";
import { useFetched } from "../ui/use-fetched";
import type { AccountView } from "../wire-account";

/** How one's own account is secured, and when one is at work. */
export function AccountPage() {
  const { agent } = useWorkplace();
  const { found: view, error, again } = useFetched(api.account);

  return (
    <main id="content" class="page" tabIndex={-1} data-testid="account">
      <h1>{t("account.title")}</h1>
      {error && <FailedLoad text={error} onRetry={again} />}
      {view ? <Cards view={view} onChanged={again} /> : !error && <Loading lines={6} />}
      {may(agent, "serve_conversations") && <ShiftsCard />}
    </main>
  );
}

function Cards({ view, onChanged }: { view: AccountView; onChanged: () => void }) {
  return (
    <div class="account-columns">
      <SessionsCard sessions={view.sessions} onChanged={onChanged} />
      {view.has_password ? (
        <>
          <SecondStepCard view={view.second_step} onChanged={onChanged} />
          <PasswordCard onChanged={onChanged} />
        </>
      ) : (
        <p class="card">{t("account.company")}</p>
      )}
    </div>
  );
}
