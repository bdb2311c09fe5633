import { useState } from "preact/hooks";
import * as api from "../supervision/api";
import { language, t } from "../texts";
import { peopleErrorSentence } from "../texts/errors";
import { FormDialog } from "../ui/dialog";
import { useAction } from "../ui/use-action";
import type { Language } from "../wire";
import type { Handed } from "../wire-people";
import { RoleSelect } from "./account-card";

interface Props {
  onAdded: (handed: Handed) => void;
  onClose: () => void;
}

/** Somebody new. Their first password is made here and shown once. */
export function AddDialog({ onAdded, onClose }: Props) {
  const [fresh, setFresh] = useState<api.NewAccount>({ email: "", name: "", role: "agent", language: language.peek() });
  const action = useAction(peopleErrorSentence);
  const change = (part: Partial<api.NewAccount>) => setFresh((now) => ({ ...now, ...part }));
  const submit = () => action.run(async () => onAdded(await api.addAccount(fresh)));
  return (
    <FormDialog
      title={t("people.add")}
      name="add-person"
      submit={t("people.add.submit")}
      busy={action.busy}
      error={action.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <label>
        {t("people.name")}
        <input
          name="name"
          required
          maxLength={100}
          autocomplete="off"
          value={fresh.name}
          onInput={({ currentTarget: { value } }) => change({ name: value })}
        />
      </label>
      <p class="quiet">{t("people.name.hint")}</p>
      <label>
        {t("people.email")}
        <input
          type="email"
          name="email"
          required
          maxLength={254}
          autocomplete="off"
          value={fresh.email}
          onInput={({ currentTarget: { value } }) => change({ email: value })}
        />
      </label>
      <label>
        {t("people.role")}
        <RoleSelect value={fresh.role} onChange={(role) => change({ role })} />
      </label>
      <label>
        {t("people.language")}
        <select
          name="language"
          value={fresh.language}
          onChange={({ currentTarget: { value } }) => change({ language: value as Language })}
        >
          <option value="de">{t("language.de")}</option>
          <option value="en">{t("language.en")}</option>
        </select>
      </label>
    </FormDialog>
  );
}
