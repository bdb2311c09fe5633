/** To whom a case can go: people with who is there, how much they have to do and what they speak; topics; teams. */

import type { ComponentChildren } from "preact";
import { t } from "../texts";
import { statusText, teamName, topicName } from "../texts/routing";
import { Chip } from "../ui/parts";
import type { Colleague, QueueView } from "../wire-queue";

export interface Goal {
  to_kind: "person" | "team" | "topic";
  to_id: string;
}

export const isThere = (one: Colleague): boolean => one.online && one.status === "available";

/** Whoever can take a case stands at the top, whoever has the most room before the others. */
export function byRoom(one: Colleague, other: Colleague): number {
  const room = (who: Colleague) => who.load - who.load_limit;
  return Number(isThere(other)) - Number(isThere(one)) || room(one) - room(other) || one.name.localeCompare(other.name);
}

const isSame = (one: Goal | null, kind: Goal["to_kind"], id: string): boolean =>
  one?.to_kind === kind && one.to_id === id;

interface Props {
  people: readonly Colleague[];
  value: Goal | null;
  onChange: (goal: Goal) => void;
  /** Without it people alone can be chosen. */
  groups?: Pick<QueueView, "topics" | "teams">;
}

export function GoalField({ people, value, onChange, groups }: Props) {
  const choose = (to_kind: Goal["to_kind"], to_id: string) => onChange({ to_kind, to_id });
  return (
    <div class="goals" role="radiogroup" aria-label={t("transfer.to")}>
      <Group title={t("transfer.people")}>
        {people.map((one) => (
          <GoalOption
            key={one.id}
            goal={{ to_kind: "person", to_id: one.id }}
            isChosen={isSame(value, "person", one.id)}
            onChoose={choose}
          >
            <Person one={one} />
          </GoalOption>
        ))}
      </Group>
      {groups && groups.topics.length > 0 && (
        <Group title={t("transfer.topics")}>
          {groups.topics.map((topic) => (
            <GoalOption
              key={topic}
              goal={{ to_kind: "topic", to_id: topic }}
              isChosen={isSame(value, "topic", topic)}
              onChoose={choose}
            >
              {topicName(topic)}
            </GoalOption>
          ))}
        </Group>
      )}
      {groups && groups.teams.length > 0 && (
        <Group title={t("transfer.teams")}>
          {groups.teams.map((team) => (
            <GoalOption
              key={team}
              goal={{ to_kind: "team", to_id: team }}
              isChosen={isSame(value, "team", team)}
              onChoose={choose}
            >
              {teamName(team)}
            </GoalOption>
          ))}
        </Group>
      )}
    </div>
  );
}

function Group({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <fieldset class="goal-group">
      <legend>{title}</legend>
      {children}
    </fieldset>
  );
}

interface OptionProps {
  goal: Goal;
  isChosen: boolean;
  onChoose: (kind: Goal["to_kind"], id: string) => void;
  children: ComponentChildren;
}

function GoalOption({ goal: { to_kind: kind, to_id: id }, isChosen, onChoose, children }: OptionProps) {
  return (
    <label class="check goal" data-testid="goal" data-kind={kind} data-id={id}>
      <input type="radio" name="goal" value={`${kind}:${id}`} checked={isChosen} onChange={() => onChoose(kind, id)} />
      <span class="goal-text">{children}</span>
    </label>
  );
}

function Person({ one }: { one: Colleague }) {
  return (
    <>
      <span class={`member status-${one.online ? one.status : "off"}`}>
        <span class="status-dot" aria-hidden="true" />
        <b>{one.name}</b>
        <span class="quiet">{statusText(one)}</span>
        <span class="end">{t("load", { load: one.load, limit: one.load_limit })}</span>
      </span>
      <span class="chips">
        {one.languages.map((language) => (
          <Chip key={language}>{t(`language.${language}`)}</Chip>
        ))}
        {one.topics.map((topic) => (
          <Chip key={topic}>{topicName(topic)}</Chip>
        ))}
      </span>
    </>
  );
}
