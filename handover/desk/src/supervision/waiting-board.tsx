import { links } from "../state/route";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import { teamName, topicName } from "../texts/routing";
import { customerName, Empty, LanguageChip } from "../ui/parts";
import type { ConversationSummary } from "../wire";
import type { LiveView, WaitingCase } from "../wire-live";
import { Wait } from "./wait";

interface Props {
  view: LiveView;
  onAssign: (row: ConversationSummary) => void;
}

/** Who waits: by what they ask for, and one by one. */
export function WaitingBoard({ view, onAssign }: Props) {
  const { waiting, waiting_count: count } = view;
  return (
    <div class="board">
      <h2 id="live-waiting">{t("live.waiting.title")}</h2>
      {waiting.length ? (
        <>
          <Groups view={view} />
          <div class="table-box" role="region" aria-labelledby="live-waiting" tabIndex={0}>
            <table data-testid="live-waiting">
              <thead>
                <tr>
                  <th scope="col">{t("live.place")}</th>
                  <th scope="col">{t("live.visitor")}</th>
                  <th scope="col">{t("live.about")}</th>
                  <th scope="col">{t("live.since")}</th>
                  <th scope="col">{t("live.asked")}</th>
                  <th scope="col">{t("live.do")}</th>
                </tr>
              </thead>
              <tbody>
                {waiting.map((one) => (
                  <Row key={one.summary.id} one={one} view={view} onAssign={onAssign} />
                ))}
              </tbody>
            </table>
          </div>
          {count > waiting.length && <p class="quiet">{t("live.more", { count: count - waiting.length })}</p>}
        </>
      ) : (
        <Empty>{t("live.nobody_waits")}</Empty>
      )}
    </div>
  );
}

/** The largest group first; one alone says nothing that the table does not. */
function Groups({ view }: { view: LiveView }) {
  if (view.groups.length < 2) return null;
  return (
    <div class="table-box" role="region" aria-label={t("live.groups")} tabIndex={0}>
      <table class="live-groups" data-testid="live-groups">
        <thead>
          <tr>
            <th scope="col">{t("live.topic")}</th>
            <th scope="col">{t("live.language")}</th>
            <th scope="col">{t("live.count")}</th>
            <th scope="col">{t("live.longest")}</th>
          </tr>
        </thead>
        <tbody>
          {view.groups.map(({ topic, language, count, since }) => (
            <tr key={`${topic} ${language}`}>
              <th scope="row">{topic ? topicName(topic) : t("live.no_topic")}</th>
              <td>
                <LanguageChip language={language} />
              </td>
              <td class="number">{count}</td>
              <td>
                <Wait since={since} within={view.service_level.accept_within} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ one, view, onAssign }: Props & { one: WaitingCase }) {
  const { queue } = useWorkplace();
  const row = one.summary;
  return (
    <tr data-testid="live-case" data-id={row.id}>
      <td class="number">{one.place}</td>
      <th scope="row">
        <a href={links.conversation(row.id)}>{customerName(row)}</a>
        {!row.visitor_online && <span class="quiet block">{t("live.visitor_gone")}</span>}
      </th>
      <td>
        <About row={row} />
      </td>
      <td>
        <Wait since={one.since} within={view.service_level.accept_within} />
      </td>
      <td>{queue.colleague(row.offered_to)?.name ?? "–"}</td>
      <td>
        <CaseButtons row={row} onAssign={onAssign} />
      </td>
    </tr>
  );
}

/** What a case is about, in few words. */
export function About({ row }: { row: ConversationSummary }) {
  return (
    <span class="about">
      <span>{row.topic ? topicName(row.topic) : t("live.no_topic")}</span> <LanguageChip language={row.language} />
      {row.team && <span class="quiet block">{teamName(row.team)}</span>}
    </span>
  );
}

export function CaseButtons({ row, onAssign }: { row: ConversationSummary } & Pick<Props, "onAssign">) {
  const name = customerName(row);
  return (
    <div class="row-buttons">
      <a class="button" href={links.conversation(row.id)} aria-label={t("live.open_of", { name })} data-testid="live-open">
        {t("live.open")}
      </a>
      <button
        type="button"
        aria-label={t("live.assign_of", { name })}
        onClick={() => onAssign(row)}
        data-testid="live-assign"
      >
        {t("live.assign")}
      </button>
    </div>
  );
}
