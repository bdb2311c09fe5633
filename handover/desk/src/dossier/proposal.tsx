import { useState } from "preact/hooks";
import * as api from "../api";
import { may } from "../state/permissions";
import { links } from "../state/route";
import { useWorkplace } from "../state/workplace";
import { forCode, t } from "../texts";
import { becauseSentence } from "../texts/events";
import { day, money } from "../texts/format";
import type { CreditDecisionView } from "../wire-dossier";
import { Failure } from "../ui/dialog";
import { Facts } from "../ui/section";
import { useAction } from "../ui/use-action";

interface Props {
  proposal: CreditDecisionView;
  /** The conversation that is open; the claim may come from an earlier one. */
  here: string;
  onTried: () => void;
}

/** A credit that waits for a person. */
export function Proposal({ proposal, here, onTried }: Props) {
  const { agent } = useWorkplace();
  return (
    <section class="proposal" aria-label={t("proposal.title")} data-testid="proposal" data-id={proposal.id}>
      <h3>{t("proposal.title")}</h3>
      <p class="amount">{money(proposal.amount_cents, proposal.currency)}</p>
      <p>{t(`credit.about.${proposal.reason}`, { subject: proposal.subject })}</p>
      <p class="quiet">{becauseSentence(proposal.because)}</p>
      {proposal.conversation_id && proposal.conversation_id !== here && (
        <p>
          <a href={links.conversation(proposal.conversation_id)}>{t("proposal.elsewhere")}</a>
        </p>
      )}
      <details class="item">
        <summary>{t("proposal.inputs")}</summary>
        <Facts facts={evidence(proposal)} />
        <p class="quiet">{t("proposal.policy", { version: proposal.policy_version.slice(0, 12) })}</p>
      </details>
      {may(agent, "decide_credit") ? (
        <Verdict proposal={proposal} onTried={onTried} />
      ) : (
        <p class="quiet">{t("proposal.by_others")}</p>
      )}
    </section>
  );
}

/** A refusal of the desk is told here, and the note stays. */
function Verdict({ proposal, onTried }: Omit<Props, "here">) {
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

/** The facts the rule saw, as far as a person needs them to decide. */
function evidence({ inputs, currency }: CreditDecisionView) {
  const text = (name: string) => (inputs[name] == null ? null : String(inputs[name]));
  const cents = (name: string) => (typeof inputs[name] === "number" ? money(inputs[name], currency) : null);
  const date = (name: string) => (typeof inputs[name] === "string" ? day(inputs[name]) : null);
  const state = (prefix: string, name: string) => forCode(prefix, text(name) ?? "");
  return [
    [t("evidence.order_state"), state("order.state", "order_state")],
    [t("evidence.promised_on"), date("promised_on")],
    [t("evidence.delivered_at"), date("delivered_at")],
    [t("evidence.days_late"), text("days_late")],
    [t("evidence.item_sku"), text("item_sku")],
    [t("evidence.item_state"), state("item.state", "item_state")],
    [t("evidence.unit_cents"), cents("unit_cents")],
    [t("evidence.service"), text("service")],
    [t("evidence.outage_started_at"), date("outage_started_at")],
    [t("evidence.outage_hours"), text("outage_hours")],
    [t("evidence.monthly_cents"), cents("monthly_cents")],
    [t("evidence.issued_on"), date("issued_on")],
    [t("evidence.total_cents"), cents("total_cents")],
    [t("evidence.invoice_state"), state("invoice.state", "invoice_state")],
    [t("evidence.after_end_cents"), cents("after_end_cents")],
    [t("evidence.too_dear_cents"), cents("too_dear_cents")],
    [t("evidence.twice_cents"), cents("twice_cents")],
    [t("evidence.limit_cents"), cents("limit_cents")],
  ] as const;
}
