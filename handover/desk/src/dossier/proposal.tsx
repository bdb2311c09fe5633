import { readable } from "@widget/messages/markdown";
import { useState } from "preact/hooks";
import * as api from "../api";
import { may } from "../state/permissions";
import { links } from "../state/route";
import { useWorkplace } from "../state/workplace";
import { counted, t } from "../texts";
import { becauseSentence } from "../texts/events";
import { moment, money } from "../texts/format";
import type { CreditDecisionView, CreditHistory } from "../wire-dossier";
import { Failure } from "../ui/dialog";
import { useAction } from "../ui/use-action";
import { Evidence, EvidenceFacts } from "./evidence";

interface Props {
  proposal: CreditDecisionView;
  /** The conversation that is open; the claim may come from an earlier one. */
  here: string;
  onTried: () => void;
  /** False: whoever looks may not decide it, and is told so beside it. */
  decidable?: boolean;
}

/** A credit that waits for a person. */
export function Proposal({ proposal, here, onTried, decidable = true }: Props) {
  return (
    <section class="proposal" aria-label={t("proposal.title")} data-testid="proposal" data-id={proposal.id}>
      <h3>{t("proposal.title")}</h3>
      <p class="amount">{money(proposal.amount_cents, proposal.currency)}</p>
      <p>{t(`credit.about.${proposal.reason}`, { subject: proposal.subject })}</p>
      <p class="quiet">{becauseSentence(proposal.because)}</p>
      <p class="quiet">{proposedBy(proposal)}</p>
      {proposal.conversation_id && proposal.conversation_id !== here && (
        <p>
          <a href={links.conversation(proposal.conversation_id)}>{t("proposal.elsewhere")}</a>
        </p>
      )}
      <h4>{t("proposal.saw")}</h4>
      <Evidence inputs={proposal.inputs} currency={proposal.currency} reason={proposal.reason} />
      {proposal.history && (
        <p data-testid="proposal-history">{historySentence(proposal.history, proposal.currency)}</p>
      )}
      <details class="item">
        <summary>{t("proposal.inputs")}</summary>
        <EvidenceFacts inputs={proposal.inputs} currency={proposal.currency} />
        <p class="quiet">{t("proposal.policy", { version: proposal.policy_version.slice(0, 12) })}</p>
      </details>
      {decidable && <Decision proposal={proposal} onTried={onTried} />}
    </section>
  );
}

function proposedBy({ author, author_name: name, created_at: at }: CreditDecisionView): string {
  if (author === "bot") return t("proposal.by_bot", { moment: moment(at) });
  return t("proposal.by", { name: readable(name ?? t("somebody")), moment: moment(at) });
}

function historySentence({ credits, cents }: CreditHistory, currency: string): string {
  if (!credits) return t("proposal.history.none");
  return counted("proposal.history", credits, { amount: money(cents, currency) });
}

type DecisionProps = Pick<Props, "proposal" | "onTried">;

/** Nobody decides about what they proposed themselves. */
function Decision({ proposal, onTried }: DecisionProps) {
  const { agent } = useWorkplace();
  if (proposal.author === agent.id) {
    return (
      <p class="quiet" data-testid="proposal-own">
        {t("proposal.own")}
      </p>
    );
  }
  if (!may(agent, "decide_credit")) return <p class="quiet">{t("proposal.by_others")}</p>;
  return <Verdict proposal={proposal} onTried={onTried} />;
}

/** A refusal of the desk is told here, and the note stays. */
function Verdict({ proposal, onTried }: DecisionProps) {
  const [note, setNote] = useState("");
  const action = useAction();

  async function decide(verdict: "approve" | "reject") {
    await action.run(() => api.decide(proposal.id, verdict, note.trim()));
    onTried(); // also after a refusal: a colleague may have been faster
  }

  return (
    <>
      <label>
        {t("proposal.note")}
        <input
          type="text"
          maxLength={1000}
          value={note}
          onInput={(event) => setNote(event.currentTarget.value)}
          data-testid="proposal-note"
        />
      </label>
      <Failure text={action.error} />
      <div class="buttons">
        <button type="button" disabled={action.busy} onClick={() => void decide("reject")} data-testid="reject">
          {t("proposal.reject")}
        </button>
        <button
          type="button"
          class="primary"
          disabled={action.busy}
          onClick={() => void decide("approve")}
          data-testid="approve"
        >
          {t("proposal.approve", { amount: money(proposal.amount_cents, proposal.currency) })}
        </button>
      </div>
    </>
  );
}
