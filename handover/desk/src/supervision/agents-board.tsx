import { links } from "../state/route";
import { t } from "../texts";
import { clock, elapsed } from "../texts/format";
import { statusText, teamName } from "../texts/routing";
import { Chip, customerName, Empty } from "../ui/parts";
import type { ConversationSummary } from "../wire";
import type { AgentAtWork, HeldCase, LiveView } from "../wire-live";
import { Wait } from "./wait";
import { About, CaseButtons } from "./waiting-board";

interface Props {
  view: LiveView;
  onAssign: (row: ConversationSummary) => void;
}

/** Who is there and does what. Each agent is a group of rows: who they are, then their cases. */
export function AgentsBoard({ view, onAssign }: Props) {
  return (
    <div class="board">
      <h2 id="live-agents">{t("live.agents.title")}</h2>
      {view.agents.length ? (
        <div class="table-box" role="region" aria-labelledby="live-agents" tabIndex={0}>
          <table class="live-agents" data-testid="live-agents">
            <thead>
              <tr>
                <th scope="col">{t("live.visitor")}</th>
                <th scope="col">{t("live.about")}</th>
                <th scope="col">{t("live.held_since")}</th>
                <th scope="col">{t("live.unanswered")}</th>
                <th scope="col">{t("live.do")}</th>
              </tr>
            </thead>
            {view.agents.map((one) => (
              <tbody key={one.id} data-testid="live-agent" data-id={one.id} data-online={one.online}>
                <AgentRow one={one} />
                {one.cases.map((held) => (
                  <CaseRow key={held.summary.id} held={held} within={view.service_level.answer_within} onAssign={onAssign} />
                ))}
              </tbody>
            ))}
          </table>
        </div>
      ) : (
        <Empty>{t("live.no_agents")}</Empty>
      )}
    </div>
  );
}

function AgentRow({ one }: { one: AgentAtWork }) {
  const isAway = !one.online && one.cases.length > 0;
  return (
    <tr class="live-agent">
      <th scope="rowgroup" colSpan={5}>
        <span class={`member status-${one.online ? one.status : "off"}`}>
          <span class="status-dot" aria-hidden="true" />
          <b>{one.name}</b>
          <span class="quiet">{statusText(one)}</span>
          {one.status_since && (one.online || one.status === "off") && <span class="quiet">{t("live.status_since", { time: elapsed(one.status_since) })}</span>}
          {one.team && <Chip>{teamName(one.team)}</Chip>}
          {one.shift_until && <Chip>{t("live.shift_until", { time: clock(one.shift_until) })}</Chip>}
          {isAway && <Chip kind="bad">{t("live.away_with_cases")}</Chip>}
          <span class={one.load >= one.load_limit ? "load full" : "load"}>
            {t("load", { load: one.load, limit: one.load_limit })}
          </span>
        </span>
      </th>
    </tr>
  );
}

function CaseRow({ held, within, onAssign }: { held: HeldCase; within: number | null } & Pick<Props, "onAssign">) {
  const row = held.summary;
  return (
    <tr data-testid="live-case" data-id={row.id}>
      <th scope="row">
        <a href={links.conversation(row.id)}>{customerName(row)}</a>
        {held.upset && (
          <>
            {" "}
            <Chip kind="bad">{t("live.upset")}</Chip>
          </>
        )}
      </th>
      <td>
        <About row={row} />
      </td>
      <td>
        <Wait since={held.since} within={null} />
      </td>
      <td>
        {held.unanswered_since ? (
          <Wait since={held.unanswered_since} within={within} />
        ) : (
          <span class="quiet">{t("live.visitors_turn")}</span>
        )}
      </td>
      <td>
        <CaseButtons row={row} onAssign={onAssign} />
      </td>
    </tr>
  );
}
