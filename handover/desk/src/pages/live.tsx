import { useState } from "preact/hooks";
import { AssignDialog } from "../conversation/assign-dialog";
import { links } from "../state/route";
import { useWorkplace } from "../state/workplace";
import { AgentsBoard } from "../supervision/agents-board";
import { useLive } from "../supervision/live-watch";
import { duration, Wait } from "../supervision/wait";
import { WaitingBoard } from "../supervision/waiting-board";
import { t } from "../texts";
import { opening } from "../texts/format";
import { FailedLoad, Loading } from "../ui/loading";
import { Chip } from "../ui/parts";
import type { ComponentChildren } from "preact";
import type { ConversationSummary } from "../wire";
import type { LiveView } from "../wire-live";

/** Who waits, who does what, how today went: at this moment. */
export function LivePage() {
  const { view, error, refresh } = useLive();
  const [given, setGiven] = useState<ConversationSummary | null>(null);
  function close() {
    setGiven(null);
    refresh();
  }
  return (
    <main id="content" class="page live" tabIndex={-1} data-testid="live">
      <header class="page-head">
        <h1>{t("live.heading")}</h1>
        {view && <Opening view={view} />}
      </header>
      {error && <FailedLoad text={error} onRetry={refresh} />}
      {view && (
        <>
          <Tiles view={view} />
          <WaitingBoard view={view} onAssign={setGiven} />
          <AgentsBoard view={view} onAssign={setGiven} />
        </>
      )}
      {!view && !error && <Loading lines={8} />}
      {given && <AssignDialog row={given} onClose={close} />}
    </main>
  );
}

function Opening({ view }: { view: LiveView }) {
  const closed = view.opens_at ? t("desk.closed_until", { when: opening(view.opens_at) }) : t("desk.closed");
  return <Chip kind={view.open ? "good" : "warn"}>{view.open ? t("desk.open") : closed}</Chip>;
}

/** The numbers, each with its name. */
function Tiles({ view }: { view: LiveView }) {
  const { approvals } = useWorkplace();
  const { today, bot, service_level: promised } = view;
  return (
    <dl class="tiles" data-testid="live-tiles">
      <Tile name={t("live.waiting")} about="waiting">
        {view.waiting_count}
      </Tile>
      <Tile name={t("live.longest")} about="longest">
        {view.longest_since ? <Wait since={view.longest_since} within={promised.accept_within} /> : "–"}
      </Tile>
      <Tile name={t("live.called")} about="called">
        {today.called}
      </Tile>
      <Tile name={t("live.answered")} about="answered">
        {today.answered}
      </Tile>
      <Tile name={t("live.abandoned")} about="abandoned">
        {today.abandoned}
      </Tile>
      <Tile name={t("live.median")} about="median">
        {shown(today.median_seconds)}
      </Tile>
      <Tile name={t("live.p90")} about="p90">
        {shown(today.p90_seconds)}
      </Tile>
      <Tile name={t("live.proposals")} about="proposals">
        {approvals.all.value ? <a href={links.approvals}>{view.proposals}</a> : view.proposals}
      </Tile>
      <Tile name={t("live.bot")} about="bot">
        {bot.conversations}
      </Tile>
      <Tile name={t("live.bot_failed")} about="bot-failed">
        {bot.failed ? <span class="bad-text">{bot.failed}</span> : bot.failed}
      </Tile>
    </dl>
  );
}

const shown = (seconds: number | null): string => (seconds === null ? "–" : duration(seconds));

function Tile({ name, about, children }: { name: string; about: string; children: ComponentChildren }) {
  return (
    <div class="tile" data-testid={`tile-${about}`}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
