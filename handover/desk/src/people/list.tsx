import { t } from "../texts";
import { clock } from "../texts/format";
import { statusText, teamName, topicName } from "../texts/routing";
import { Chip } from "../ui/parts";
import type { People, PersonRow } from "../wire-people";

/** Everybody with an account; a press on a name opens what may be changed. */
export function PeopleList({ known, onChoose }: { known: People; onChoose: (id: string) => void }) {
  const hasTeams = known.teams.length > 0;
  return (
    <div class="table-box" role="region" aria-label={t("people.heading")} tabIndex={0}>
      <table data-testid="people-list">
        <thead>
          <tr>
            <th scope="col">{t("people.name")}</th>
            <th scope="col">{t("people.role")}</th>
            <th scope="col">{t("people.now")}</th>
            <th scope="col">{t("people.languages")}</th>
            <th scope="col">{t("people.topics")}</th>
            {hasTeams && <th scope="col">{t("people.team")}</th>}
            <th scope="col">{t("people.load_most")}</th>
          </tr>
        </thead>
        <tbody>
          {known.people.map((one) => (
            <Row key={one.id} one={one} hasTeams={hasTeams} onChoose={() => onChoose(one.id)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ one, hasTeams, onChoose }: { one: PersonRow; hasTeams: boolean; onChoose: () => void }) {
  return (
    <tr data-testid="person" data-id={one.id} data-email={one.email}>
      <th scope="row">
        <button type="button" class="link-button" onClick={onChoose} data-testid="person-open">
          {one.name}
        </button>
        <span class="quiet block">{one.email}</span>
        {!one.active && <Chip kind="warn">{t("accounts.disabled")}</Chip>}
      </th>
      <td>{t(`role.${one.role}`)}</td>
      <td>{one.serves && one.active ? <Now one={one} /> : "–"}</td>
      <td>
        <span class="chips">
          {one.languages.map((language) => (
            <Chip key={language}>{t(`language.${language}`)}</Chip>
          ))}
          {!one.languages.length && "–"}
        </span>
      </td>
      <td>
        <Topics one={one} />
      </td>
      {hasTeams && <td>{one.team ? teamName(one.team) : "–"}</td>}
      <td class="number">{one.serves ? one.load_limit : "–"}</td>
    </tr>
  );
}

function Now({ one }: { one: PersonRow }) {
  return (
    <span class={`member status-${one.online ? one.status : "off"}`}>
      <span class="status-dot" aria-hidden="true" /> {statusText(one)}
      {one.shift_until && <span class="quiet block">{t("live.shift_until", { time: clock(one.shift_until) })}</span>}
    </span>
  );
}

function Topics({ one }: { one: PersonRow }) {
  if (!one.serves) return <>–</>;
  if (!one.topics.length) return <Chip>{t("topic.all")}</Chip>;
  return (
    <span class="chips">
      {one.topics.map((topic) => (
        <Chip key={topic}>{topicName(topic)}</Chip>
      ))}
    </span>
  );
}
