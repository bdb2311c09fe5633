import { useEffect, useState } from "preact/hooks";
import * as api from "../supervision/api";
import { t } from "../texts";
import { teamName, topicName } from "../texts/routing";
import { Failure } from "../ui/dialog";
import { useAction } from "../ui/use-action";
import type { Language } from "../wire";
import type { People, PersonRow } from "../wire-people";

interface Props {
  person: PersonRow;
  known: People;
  onSaved: () => void;
}

const LANGUAGES: readonly Language[] = ["de", "en"];

const skillsOf = ({ languages, topics, load_limit, team }: PersonRow): api.Skills => ({
  languages,
  topics,
  load_limit,
  team,
});

/** What somebody may be asked for: languages, topics, how much at once, and whose cases they share. */
export function SkillsCard({ person, known, onSaved }: Props) {
  const [skills, setSkills] = useState(() => skillsOf(person));
  const [done, setDone] = useState(false);
  const action = useAction();
  const kept = JSON.stringify(skillsOf(person));
  useEffect(() => setSkills(skillsOf(person)), [kept]); // only then: what is being entered outlives another card's save
  function change(part: Partial<api.Skills>) {
    setSkills((now) => ({ ...now, ...part }));
    setDone(false);
  }
  async function submit(event: SubmitEvent) {
    event.preventDefault();
    if (!(await action.run(() => api.keepSkills(person.id, skills)))) return;
    setDone(true);
    onSaved();
  }
  const all = skills.topics.length === 0;
  return (
    <section class="card" aria-labelledby="person-skills" data-testid="person-skills">
      <h2 id="person-skills">{t("people.skills")}</h2>
      <form class="account-form" onSubmit={(event) => void submit(event)}>
        <fieldset class="pick-list">
          <legend>{t("people.languages")}</legend>
          {LANGUAGES.map((one) => (
            <Check
              key={one}
              name="language"
              value={one}
              words={t(`language.${one}`)}
              checked={skills.languages.includes(one)}
              onChange={(on) => change({ languages: toggled(skills.languages, one, on) })}
            />
          ))}
        </fieldset>
        <fieldset class="pick-list">
          <legend>{t("people.topics")}</legend>
          {[...new Set([...known.topics, ...skills.topics])].map((one) => (
            <Check
              key={one}
              name="topic"
              value={one}
              words={topicName(one)}
              checked={skills.topics.includes(one)}
              onChange={(on) => change({ topics: toggled(skills.topics, one, on) })}
            />
          ))}
          <p class="quiet wide">{all ? t("people.topics.all") : t("people.topics.some")}</p>
        </fieldset>
        <label>
          {t("people.load_limit")}
          <input
            type="number"
            name="load_limit"
            required
            min={1}
            max={known.load_most}
            value={skills.load_limit || ""}
            onInput={({ currentTarget: { value } }) => change({ load_limit: Number(value) })}
          />
        </label>
        {(known.teams.length > 0 || skills.team !== null) && (
          <label>
            {t("people.team")}
            <select
              name="team"
              value={skills.team ?? ""}
              onChange={({ currentTarget: { value } }) => change({ team: value || null })}
            >
              <option value="">{t("people.no_team")}</option>
              {known.teams.map((one) => (
                <option key={one} value={one}>
                  {teamName(one)}
                </option>
              ))}
            </select>
          </label>
        )}
        <Failure text={skills.languages.length ? action.error : t("people.no_language")} />
        <p role="status">{done && t("people.saved")}</p>
        <div class="buttons">
          <button
            type="submit"
            class="primary"
            disabled={action.busy || !skills.languages.length}
            data-testid="skills-save"
          >
            {t("people.save")}
          </button>
        </div>
      </form>
    </section>
  );
}

interface CheckProps {
  name: string;
  value: string;
  words: string;
  checked: boolean;
  onChange: (on: boolean) => void;
}

function Check({ name, value, words, checked, onChange }: CheckProps) {
  return (
    <label class="check">
      <input
        type="checkbox"
        name={name}
        value={value}
        checked={checked}
        onChange={({ currentTarget }) => onChange(currentTarget.checked)}
      />
      {words}
    </label>
  );
}

const toggled = <T,>(list: readonly T[], one: T, on: boolean): readonly T[] =>
  on ? [...list, one] : list.filter((other) => other !== one);
