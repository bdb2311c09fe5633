import type { ComponentChildren } from "preact";
import { t } from "../texts";
import { becauseSentence, eventSentence } from "../texts/events";
import { money } from "../texts/format";
import type { CreditGranted, CreditProposalDecided, CreditProposed, CreditRefused, DeskEvent } from "../wire";
import { At } from "./event-line";

type CreditEvent = CreditGranted | CreditProposed | CreditRefused | CreditProposalDecided;

export function isCredit(event: DeskEvent): event is DeskEvent<CreditEvent> {
  return event.data.type.startsWith("credit.");
}

/** Granted credit is seen by the visitor too; all other credit events by the staff alone. */
export function CreditCard({ event }: { event: DeskEvent<CreditEvent> }) {
  const { data } = event;
  const kind = data.type.slice("credit.".length);
  return (
    <li class={`credit credit-${kind}`} data-testid="credit" data-type={data.type} data-number={event.number}>
      <p class="message-head">
        <b>{t(`credit.title.${data.type}`)}</b> <At iso={event.at} />
      </p>
      {"amount_cents" in data && <p class="amount">{money(data.amount_cents, data.currency)}</p>}
      <p>{data.type === "credit.proposal_decided" ? eventSentence(event) : about(data)}</p>
      {"reference" in data && <Fact>{t("credit.reference", { reference: data.reference })}</Fact>}
      {"because" in data && <Fact>{becauseSentence(data.because)}</Fact>}
      {data.type !== "credit.granted" && <Fact>{t("staff_only")}</Fact>}
    </li>
  );
}

function about(data: Exclude<CreditEvent, CreditProposalDecided>): string {
  return t(`credit.about.${data.reason}`, { subject: data.subject });
}

function Fact({ children }: { children: ComponentChildren }) {
  return <p class="quiet">{children}</p>;
}
