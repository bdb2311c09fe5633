import type { VNode } from "preact";
import type { ServiceRendered } from "../connection/wire";
import type { Texts } from "../locales";
import { readable } from "../messages/markdown";
import { useShared } from "./context";
import { DocumentButton } from "./document";

/** What was done, by its kind. A desk newer than this page may do more; the card then names only its number. */
const DONE: Record<string, keyof Texts> = {
  "order.cancel": "servedOrderCancel",
  "order.change_address": "servedOrderAddress",
  "order.return": "servedOrderReturn",
  "order.return_label": "servedReturnLabel",
  "invoice.copy": "servedInvoiceCopy",
  "invoice.dispute": "servedInvoiceDispute",
  "invoice.pay_again": "servedPayAgain",
  "payment.change_default": "servedPaymentDefault",
  "subscription.change_plan": "servedPlanChange",
  "subscription.cancel": "servedCancel",
  "subscription.pause": "servedPause",
  "subscription.resume": "servedResume",
  "contact.change": "servedContact",
  "request.undo": "servedUndo",
};

/** Something a person did for the visitor, with the files that came of it. It shows the event and nothing anybody wrote. */
export function ServiceCard({ by, service }: { by: string; service: ServiceRendered }): VNode {
  const { say } = useShared();
  const done = DONE[service.kind];
  return (
    <div class="card service" data-testid="service-card" data-kind={service.kind}>
      <h3>{say("servedTitle")}</h3>
      {done && <p>{readable(say(done, { subject: service.subject }))}</p>}
      <p class="quiet">{readable(by ? say("servedBy", { name: by }) : say("servedBySomebody"))}</p>
      <dl>
        <dt>{say("servedReference")}</dt>
        <dd data-testid="service-reference">{service.reference}</dd>
      </dl>
      {service.documents.map((document) => (
        <DocumentButton key={document.id} document={document} />
      ))}
    </div>
  );
}
