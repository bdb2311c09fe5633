import type { ReadonlySignal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import * as api from "../api";
import { useWorkplace } from "../state/workplace";
import { forCode, t } from "../texts";
import { whyThem } from "../texts/routing";
import type { CandidateView, RoutingDecisionView } from "../wire-queue";
import { At } from "../conversation/event-line";
import { Empty } from "../ui/parts";

/** A conversation, and the number of its newest event. */
interface Followed {
  id: string;
  last: ReadonlySignal<number>;
}

/** Why the case went where it went: each decision with everybody who was considered. Fetched once it is opened. */
export function Routing({ open }: { open: Followed }) {
  const [isOpen, setIsOpen] = useState(false);
  const decisions = useDecisions(open, isOpen);
  return (
    <details
      class="section"
      onToggle={(event) => setIsOpen(event.currentTarget.open)}
      data-testid="dossier-routing"
    >
      <summary>
        <h3>{t("routing.title")}</h3>
      </summary>
      {decisions === "failed" && (
        <p role="alert" class="failure">
          {t("routing.failed")}
        </p>
      )}
      {decisions === null && isOpen && <Empty>{t("loading")}</Empty>}
      {Array.isArray(decisions) && decisions.length === 0 && <Empty>{t("routing.none")}</Empty>}
      {Array.isArray(decisions) && <WhyMe decisions={decisions} />}
      {Array.isArray(decisions) && (
        <ol class="lines">
          {decisions.map((decision) => (
            <Decision key={decision.at} decision={decision} />
          ))}
        </ol>
      )}
    </details>
  );
}

/** Why the case came to whoever looks: their own reasons first, the whole comparison below. */
function WhyMe({ decisions }: { decisions: readonly RoutingDecisionView[] }) {
  const { agent } = useWorkplace();
  const [latest] = decisions;
  if (latest?.chosen !== agent.id || latest.how === "claim") return null;
  const because = latest.candidates.find((one) => one.agent_id === agent.id)?.because ?? [];
  return (
    <div data-testid="why-me">
      <p>
        <b>{t("routing.why_me")}</b>
      </p>
      <ul class="offer-why">
        {because.length === 0 && <li>{t("offer.able")}</li>}
        {because.map((reason) => (
          <li key={reason}>{forCode("why_me", reason)}</li>
        ))}
      </ul>
    </div>
  );
}

type Decisions = readonly RoutingDecisionView[] | "failed" | null;

/** Asked again whenever the log has grown: each step of a routing is an event. */
function useDecisions({ id, last }: Followed, isOpen: boolean): Decisions {
  const [decisions, setDecisions] = useState<Decisions>(null);
  useEffect(() => {
    if (!isOpen) return;
    let isCurrent = true;
    api.routing(id).then(
      (view) => isCurrent && setDecisions(view.decisions),
      () => isCurrent && setDecisions("failed"),
    );
    return () => void (isCurrent = false);
  }, [id, isOpen, last.value]);
  return decisions;
}

function Decision({ decision }: { decision: RoutingDecisionView }) {
  const { at, how, chosen, candidates } = decision;
  const name = candidates.find((one) => one.agent_id === chosen)?.agent_name ?? t("somebody");
  return (
    <li data-testid="routing-decision" data-how={how}>
      <b>{t(`routing.${how}`, { name })}</b> <span class="end quiet"><At iso={at} /></span>
      <ul class="wide candidates">
        {candidates.map((one) => (
          <Candidate key={one.agent_id} one={one} />
        ))}
      </ul>
    </li>
  );
}

function Candidate({ one: { agent_name: name, eligible, because } }: { one: CandidateView }) {
  if (!because.length) return <li>{t(eligible ? "routing.able" : "routing.unable", { name })}</li>;
  return <li>{t(eligible ? "routing.able_why" : "routing.unable_why", { name, why: whyThem(because) })}</li>;
}
