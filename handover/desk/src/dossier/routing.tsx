import type { ReadonlySignal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import * as api from "../api";
import { t } from "../texts";
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
