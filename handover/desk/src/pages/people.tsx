import { useEffect, useRef, useState } from "preact/hooks";
import { accounts } from "../account/api";
import { ShiftsCard } from "../account/shifts";
import { AccountCard } from "../people/account-card";
import { AddDialog } from "../people/add";
import { HandedDialog } from "../people/handed";
import { PeopleList } from "../people/list";
import { SecurityCard } from "../people/security";
import { SkillsCard } from "../people/skills";
import { may } from "../state/permissions";
import { useWorkplace } from "../state/workplace";
import * as api from "../supervision/api";
import { t } from "../texts";
import { FailedLoad, Loading } from "../ui/loading";
import { Chip } from "../ui/parts";
import { useFetched } from "../ui/use-fetched";
import type { AccountRow } from "../wire-account";
import type { Handed, People, PersonRow } from "../wire-people";

interface Staff {
  known: People;
  /** How accounts are secured; only admins are told. */
  accounts: readonly AccountRow[];
}

/** Who works here and what they may be asked for; for admins also who has an account at all. */
export function PeoplePage() {
  const { agent } = useWorkplace();
  const isAdmin = may(agent, "keep_accounts");
  const { found, error, again } = useFetched(() => fetchStaff(isAdmin));
  const [chosen, setChosen] = useState<string | null>(null);
  const [adds, setAdds] = useState(false);
  const [handed, setHanded] = useState<Handed | null>(null);
  const person = found?.known.people.find(({ id }) => id === chosen);
  function added(fresh: Handed) {
    setAdds(false);
    setHanded(fresh);
    again();
  }
  return (
    <main id="content" class="page people" tabIndex={-1} data-testid="people">
      {!person && (
        <header class="page-head">
          <h1>{t("people.heading")}</h1>
          {isAdmin && (
            <button type="button" class="primary end" onClick={() => setAdds(true)} data-testid="person-add">
              {t("people.add")}
            </button>
          )}
        </header>
      )}
      {error && <FailedLoad text={error} onRetry={again} />}
      {!found && !error && <Loading lines={8} />}
      {found && person && (
        <Person key={person.id} person={person} staff={found} onChanged={again} onBack={() => setChosen(null)} />
      )}
      {found && !person && <PeopleList known={found.known} onChoose={setChosen} />}
      {adds && <AddDialog onAdded={added} onClose={() => setAdds(false)} />}
      {handed && (
        <HandedDialog
          handed={handed}
          onClose={() => {
            setChosen(handed.id); // what they may be asked for comes next
            setHanded(null);
          }}
        />
      )}
    </main>
  );
}

async function fetchStaff(isAdmin: boolean): Promise<Staff> {
  const [known, secured] = await Promise.all([api.people(), isAdmin ? accounts() : { accounts: [] }]);
  return { known, accounts: secured.accounts };
}

interface PersonProps {
  person: PersonRow;
  staff: Staff;
  onChanged: () => void;
  onBack: () => void;
}

function Person({ person, staff, onChanged, onBack }: PersonProps) {
  const { agent } = useWorkplace();
  const heading = useRef<HTMLHeadingElement>(null);
  const account = staff.accounts.find(({ id }) => id === person.id);
  useEffect(() => heading.current?.focus(), []);
  return (
    <>
      <p>
        <button type="button" class="link-button" onClick={onBack} data-testid="person-back">
          {t("people.back")}
        </button>
      </p>
      <header class="page-head">
        <h1 ref={heading} tabIndex={-1} data-testid="person-name">
          {person.name}
        </h1>
        <span class="quiet">{person.email}</span>
        <Chip>{t(`role.${person.role}`)}</Chip>
        {!person.active && <Chip kind="warn">{t("accounts.disabled")}</Chip>}
      </header>
      <div class="account-columns">
        {person.serves && person.active && <SkillsCard person={person} known={staff.known} onSaved={onChanged} />}
        {may(agent, "keep_accounts") && <AccountCard person={person} onDone={onChanged} />}
        {account && <SecurityCard row={account} onDone={onChanged} />}
      </div>
      {person.serves && person.active && <ShiftsCard agentId={person.id} />}
    </>
  );
}
