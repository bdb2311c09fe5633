import { useEffect, useState } from "preact/hooks";
import { useWorkplace } from "../state/workplace";
import * as api from "../supervision/api";
import { t } from "../texts";
import { peopleErrorSentence } from "../texts/errors";
import { Failure, FormDialog } from "../ui/dialog";
import { useAction } from "../ui/use-action";
import type { Agent } from "../wire";
import type { Handed, PersonRow } from "../wire-people";
import { HandedDialog } from "./handed";

export const ROLES: readonly Agent["role"][] = ["agent", "supervisor", "editor", "admin"];
type Deed = "disable" | "enable" | "password" | "role";

interface Props {
  person: PersonRow;
  onDone: () => void;
}

/** The name that visitors read, what somebody may do, whether they come in at all. Nobody does the last two to themselves. */
export function AccountCard({ person, onDone }: Props) {
  const { agent } = useWorkplace();
  const [role, setRole] = useState(person.role);
  const [asked, setAsked] = useState<Deed | null>(null);
  const [handed, setHanded] = useState<Handed | null>(null);
  useEffect(() => setRole(person.role), [person.role]);
  const isMe = person.id === agent.id;
  function done(result: Handed | null) {
    setAsked(null);
    setHanded(result);
    onDone();
  }
  return (
    <section class="card" aria-labelledby="person-account" data-testid="person-account">
      <h2 id="person-account">{t("people.account")}</h2>
      <NameForm person={person} onDone={onDone} />
      {isMe ? (
        <p class="quiet">{t("people.own_account")}</p>
      ) : (
        <>
          <form
            class="rules-add"
            onSubmit={(event) => {
              event.preventDefault();
              setAsked("role");
            }}
          >
            <label>
              {t("people.role")}
              <RoleSelect value={role} onChange={setRole} />
            </label>
            <button type="submit" disabled={role === person.role} data-testid="role-save">
              {t("people.role.change")}
            </button>
          </form>
          <div class="buttons">
            <button type="button" onClick={() => setAsked("password")} data-testid="person-password">
              {t("people.password")}
            </button>
            <button
              type="button"
              onClick={() => setAsked(person.active ? "disable" : "enable")}
              data-testid={person.active ? "person-disable" : "person-enable"}
            >
              {t(person.active ? "people.disable" : "people.enable")}
            </button>
          </div>
        </>
      )}
      {asked && (
        <Confirm deed={asked} person={person} role={role} onDone={done} onClose={() => setAsked(null)} />
      )}
      {handed && <HandedDialog handed={handed} onClose={() => setHanded(null)} />}
    </section>
  );
}

export function RoleSelect({ value, onChange }: { value: Agent["role"]; onChange: (role: Agent["role"]) => void }) {
  return (
    <select
      name="role"
      value={value}
      onChange={({ currentTarget: { value: chosen } }) => onChange(chosen as Agent["role"])}
    >
      {ROLES.map((one) => (
        <option key={one} value={one}>
          {t(`role.${one}`)}
        </option>
      ))}
    </select>
  );
}

function NameForm({ person, onDone }: Props) {
  const [name, setName] = useState(person.name);
  const action = useAction(peopleErrorSentence);
  useEffect(() => setName(person.name), [person.name]);
  async function submit(event: SubmitEvent) {
    event.preventDefault();
    if (await action.run(() => api.rename(person.id, name))) onDone();
  }
  return (
    <form class="rules-add" onSubmit={(event) => void submit(event)}>
      <label>
        {t("people.name")}
        <input
          name="name"
          required
          maxLength={100}
          value={name}
          onInput={({ currentTarget: { value } }) => setName(value)}
        />
      </label>
      <button type="submit" disabled={action.busy || name.trim() === person.name} data-testid="name-save">
        {t("people.name.change")}
      </button>
      <Failure text={action.error} />
    </form>
  );
}

interface ConfirmProps {
  deed: Deed;
  person: PersonRow;
  role: Agent["role"];
  /** With a password that is to be handed on, where there is one. */
  onDone: (handed: Handed | null) => void;
  onClose: () => void;
}

const TITLES = {
  disable: "people.disable",
  enable: "people.enable",
  password: "people.password",
  role: "people.role.change",
} as const;

function Confirm({ deed, person, role, onDone, onClose }: ConfirmProps) {
  const action = useAction(peopleErrorSentence);
  async function act(): Promise<Handed | null> {
    if (deed === "password") return api.resetPassword(person.id);
    if (deed === "role") await api.setRole(person.id, role);
    if (deed === "disable") await api.disable(person.id);
    if (deed === "enable") await api.enable(person.id);
    return null;
  }
  return (
    <FormDialog
      title={t(TITLES[deed])}
      name="person"
      submit={t(TITLES[deed])}
      busy={action.busy}
      error={action.error}
      onSubmit={() => void action.run(async () => onDone(await act()))}
      onClose={onClose}
    >
      <p>{t(`people.${deed}.effect`, { name: person.name, role: t(`role.${role}`) })}</p>
    </FormDialog>
  );
}
