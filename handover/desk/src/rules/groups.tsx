import { useState } from "preact/hooks";
import { counted, forCode, t } from "../texts";
import { teamName, topicName } from "../texts/routing";
import type { NamesInUse, RulesDocument } from "../wire-rules";
import { useProblem, Wrong } from "./fields";

type Groups = RulesDocument["topics"];
interface Props {
  document: RulesDocument;
  intents: readonly string[];
  inUse: NamesInUse;
  onChange: (part: Partial<RulesDocument>) => void;
}

const NAME = "[a-z_]{1,30}";

/** What cases are about, who shares them, and which of the assistant's intents belong where. Each stands in one place only. */
export function GroupFields({ document, intents, inUse, onChange }: Props) {
  const { topics, teams } = document;
  const wrongTopics = useProblem("topics");
  const wrongTeams = useProblem("teams");
  const wrongTogether = useProblem("rules");
  return (
    <section class="card rules-part" aria-labelledby="rules-groups" data-testid="rules-groups">
      <h2 id="rules-groups">{t("rules.groups")}</h2>
      <p class="quiet">{t("rules.groups.about")}</p>
      <TopicTable {...{ topics, teams, inUse, onChange }} />
      <AddName
        label={t("rules.topic.new")}
        button={t("rules.topic.add")}
        name="topic"
        taken={Object.keys(topics)}
        onAdd={(name) => onChange({ topics: { ...topics, [name]: [] } })}
      />
      <Wrong text={wrongTopics} />
      <h3>{t("rules.teams")}</h3>
      {!Object.keys(teams).length && <p class="quiet">{t("rules.teams.none")}</p>}
      <TeamList teams={teams} inUse={inUse} onChange={(next) => onChange({ teams: next })} />
      <AddName
        label={t("rules.team.new")}
        button={t("rules.team.add")}
        name="team"
        taken={Object.keys(teams)}
        onAdd={(name) => onChange({ teams: { ...teams, [name]: [] } })}
      />
      <Wrong text={wrongTeams ?? wrongTogether} />
      <Intents topics={topics} intents={intents} onChange={(next) => onChange({ topics: next })} />
    </section>
  );
}

interface TopicProps {
  topics: Groups;
  teams: Groups;
  inUse: NamesInUse;
  onChange: (part: Partial<RulesDocument>) => void;
}

function TopicTable({ topics, teams, inUse, onChange }: TopicProps) {
  const names = Object.keys(topics);
  if (!names.length) return <p class="quiet">{t("rules.topics.none")}</p>;
  const remove = (name: string) => onChange({ topics: without(topics, name), teams: moved(teams, name, null) });
  return (
    <div class="table-box" role="region" aria-label={t("rules.topics")} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("rules.topic")}</th>
            <th scope="col">{t("rules.topic.intents")}</th>
            <th scope="col">{t("rules.topic.team")}</th>
            <th scope="col">{t("live.do")}</th>
          </tr>
        </thead>
        <tbody>
          {names.map((name) => (
            <tr key={name} data-testid="rules-topic" data-name={name}>
              <th scope="row">{topicName(name)}</th>
              <td class="number">{topics[name]!.length}</td>
              <td>
                <GroupChoice
                  label={t("rules.topic.team_of", { name: topicName(name) })}
                  value={groupOf(teams, name)}
                  groups={Object.keys(teams)}
                  words={teamName}
                  nothing={t("rules.topic.everybody")}
                  onChange={(team) => onChange({ teams: moved(teams, name, team) })}
                />
              </td>
              <td>
                <RemoveName name={topicName(name)} used={inUse.topics[name]} onRemove={() => remove(name)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function TeamList({ teams, inUse, onChange }: { teams: Groups; inUse: NamesInUse; onChange: (teams: Groups) => void }) {
  return (
    <ul class="lines">
      {Object.entries(teams).map(([name, topics]) => (
        <li key={name} data-testid="rules-team" data-name={name}>
          <b>{teamName(name)}</b>
          <span class="quiet">{topics.length ? topics.map(topicName).join(", ") : t("rules.team.no_topics")}</span>
          <span class="end">
            <RemoveName name={teamName(name)} used={inUse.teams[name]} onRemove={() => onChange(without(teams, name))} />
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Who is still in it is said instead: the desk would refuse. */
function RemoveName({ name, used, onRemove }: { name: string; used: number | undefined; onRemove: () => void }) {
  if (used) return <span class="quiet">{counted("rules.in_use", used)}</span>;
  return (
    <button type="button" aria-label={t("rules.remove_of", { name })} onClick={onRemove}>
      {t("rules.remove")}
    </button>
  );
}

interface AddProps {
  label: string;
  button: string;
  name: string;
  taken: readonly string[];
  onAdd: (name: string) => void;
}

function AddName({ label, button, name, taken, onAdd }: AddProps) {
  const [next, setNext] = useState("");
  const [isWrong, setWrong] = useState(false);
  function add() {
    const key = next.trim().toLowerCase().replaceAll(/[\s-]+/g, "_");
    const fits = new RegExp(`^${NAME}$`).test(key) && !taken.includes(key);
    setWrong(!fits);
    if (!fits) return;
    onAdd(key);
    setNext("");
  }
  return (
    <div class="rules-add">
      <label>
        {label}
        <input
          name={`new-${name}`}
          maxLength={30}
          value={next}
          aria-invalid={isWrong}
          onInput={({ currentTarget: { value } }) => setNext(value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            event.preventDefault(); // the name, not the form
            add();
          }}
        />
      </label>
      <button type="button" onClick={add} data-testid={`add-${name}`}>
        {button}
      </button>
      <Wrong text={isWrong ? t("rules.name.wrong") : null} />
    </div>
  );
}

interface IntentProps {
  topics: Groups;
  intents: readonly string[];
  onChange: (topics: Groups) => void;
}

function Intents({ topics, intents, onChange }: IntentProps) {
  const [filter, setFilter] = useState("");
  const named = intents
    .map((intent) => ({ intent, words: forCode("intent", intent) }))
    .filter(({ words }) => words.toLowerCase().includes(filter.trim().toLowerCase()))
    .sort((one, other) => one.words.localeCompare(other.words));
  return (
    <details class="item" data-testid="rules-intents">
      <summary>{t("rules.intents", { count: intents.length })}</summary>
      <label>
        {t("rules.intents.find")}
        <input type="search" value={filter} onInput={({ currentTarget: { value } }) => setFilter(value)} />
      </label>
      <ul class="intent-list">
        {named.map(({ intent, words }) => (
          <li key={intent}>
            <span>{words}</span>
            <GroupChoice
              label={t("rules.intent.topic_of", { name: words })}
              value={groupOf(topics, intent)}
              groups={Object.keys(topics)}
              words={topicName}
              nothing={t("live.no_topic")}
              onChange={(topic) => onChange(moved(topics, intent, topic))}
            />
          </li>
        ))}
      </ul>
    </details>
  );
}

interface ChoiceProps {
  label: string;
  value: string | null;
  groups: readonly string[];
  words: (group: string) => string;
  nothing: string;
  onChange: (group: string | null) => void;
}

function GroupChoice({ label, value, groups, words, nothing, onChange }: ChoiceProps) {
  return (
    <select
      aria-label={label}
      value={value ?? ""}
      onChange={({ currentTarget: { value: chosen } }) => onChange(chosen || null)}
    >
      <option value="">{nothing}</option>
      {groups.map((group) => (
        <option key={group} value={group}>
          {words(group)}
        </option>
      ))}
    </select>
  );
}

const groupOf = (groups: Groups, member: string): string | null =>
  Object.keys(groups).find((name) => groups[name]!.includes(member)) ?? null;

/** The member stands in this group alone, or in none. */
export function moved(groups: Groups, member: string, to: string | null): Groups {
  return Object.fromEntries(
    Object.entries(groups).map(([name, members]) => {
      const others = members.filter((one) => one !== member);
      return [name, name === to ? [...others, member] : others];
    }),
  );
}

function without(groups: Groups, name: string): Groups {
  const { [name]: _, ...others } = groups;
  return others;
}
