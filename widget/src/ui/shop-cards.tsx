import type { ComponentChildren, VNode } from "preact";
import type { Card, CardLine, InvoiceCard, OrderCard } from "../connection/wire";
import type { Texts } from "../locales";
import { readable } from "../messages/markdown";
import { invoiceState, orderState, toneOf, webAddress, type InvoiceState, type OrderState } from "../messages/shop-cards";
import { useShared } from "./context";
import { DocumentButton } from "./document";
import { date, days, money } from "./figures";
import { AlertIcon, BillIcon, BoxIcon, CheckIcon } from "./icons";

const ORDER_WORDS: Record<OrderState, keyof Texts> = {
  processing: "orderProcessing",
  shipped: "orderShipped",
  delivered: "orderDelivered",
  partly_delivered: "orderPartlyDelivered",
  lost: "orderLost",
  returned: "orderReturned",
  cancelled: "orderCancelled",
};
const INVOICE_WORDS: Record<InvoiceState, keyof Texts> = {
  paid: "invoicePaid",
  open: "invoiceOpen",
  overdue: "invoiceOverdue",
  failed: "invoiceFailed",
};

/** Orders and invoices under an answer, as they stood when it was given. */
export function ShopCards({ cards }: { cards: readonly Card[] }): VNode {
  const { say } = useShared();
  return (
    <ul class="shop-cards" aria-label={say("cards")}>
      {cards.map((card, place) => (
        <li key={place} class="card shop-card" data-testid={`${card.kind}-card`}>
          <Body card={card} />
        </li>
      ))}
    </ul>
  );
}

function Body({ card }: { card: Card }): VNode {
  const { say } = useShared();
  switch (card.kind) {
    case "order":
      return <Order card={card} />;
    case "invoice":
      return <Invoice card={card} />;
    default: // from a desk newer than this page
      return <p>{say("cardUnknown")}</p>;
  }
}

function Order({ card }: { card: OrderCard }): VNode {
  const { language, say } = useShared();
  const known = orderState(card);
  const address = webAddress(card.tracking_url);
  return (
    <>
      <Head title={say("orderTitle", { number: card.number })} icon={<BoxIcon />} />
      <State card={card} words={known && say(ORDER_WORDS[known])}>
        {card.days_late > 0 && (
          <span data-testid="card-late"> · {say("orderLate", { days: days(card.days_late, language) })}</span>
        )}
      </State>
      <dl>
        <Day label={say("orderOrdered")} day={card.ordered_on} />
        <Day label={say("orderPromised")} day={card.promised_on} />
        <Day label={say("orderDeliveredOn")} day={card.delivered_on} />
        <Fact label={say("orderCarrier")}>{card.carrier}</Fact>
        <Fact label={say("orderTracking")}>{card.tracking_code}</Fact>
      </dl>
      {address && (
        <a class="track" href={address} target="_blank" rel="noopener noreferrer nofollow" data-testid="card-track">
          {say("orderTrack")} <span class="hidden">{say("opensNewTab")}</span>
        </a>
      )}
      <Lines label={say("orderLines")} lines={card.lines} currency={card.currency} total={card.total_cents} />
    </>
  );
}

function Invoice({ card }: { card: InvoiceCard }): VNode {
  const { language, say } = useShared();
  const known = invoiceState(card);
  return (
    <>
      <Head title={say("invoiceTitle", { number: card.number })} icon={<BillIcon />} />
      <State card={card} words={known && say(INVOICE_WORDS[known])} />
      <dl>
        <Day label={say("invoiceIssued")} day={card.issued_on} />
        <Day label={say("invoiceDue")} day={card.open_cents > 0 ? card.due_on : null} />
        <Fact label={say("invoiceOpenAmount")}>
          {card.open_cents > 0 && <b data-testid="card-open">{money(card.open_cents, card.currency, language)}</b>}
        </Fact>
      </dl>
      <Lines label={say("invoiceLines")} lines={card.lines} currency={card.currency} total={card.total_cents} />
      {card.document && <DocumentButton document={card.document} />}
    </>
  );
}

function Head({ title, icon }: { title: string; icon: VNode }): VNode {
  return (
    <h3>
      {icon}
      {readable(title)}
    </h3>
  );
}

/** The state in words; one that this page does not know is told as the desk named it. */
function State({ card, words, children }: { card: Card; words: string | null; children?: ComponentChildren }): VNode {
  const tone = toneOf(card);
  return (
    <p class={`state state-${tone}`} data-testid="card-state" data-state={card.state}>
      {tone === "good" && <CheckIcon />}
      {tone === "bad" && <AlertIcon />}
      <span>
        <b>{words ?? readable(card.state)}</b>
        {children}
      </span>
    </p>
  );
}

function Day({ label, day }: { label: string; day: string | null }): VNode | null {
  const { language } = useShared();
  return day ? <Fact label={label}>{<time dateTime={day}>{date(day, language)}</time>}</Fact> : null;
}

function Fact({ label, children }: { label: string; children: ComponentChildren }): VNode | null {
  if (!children) return null;
  return (
    <>
      <dt>{label}</dt>
      <dd>{typeof children === "string" ? readable(children) : children}</dd>
    </>
  );
}

interface LinesProps {
  label: string;
  lines: readonly CardLine[];
  currency: string;
  total: number;
}

function Lines({ label, lines, currency, total }: LinesProps): VNode {
  const { language, say } = useShared();
  const text = ({ text: name, quantity }: CardLine): string =>
    quantity && quantity > 1 ? say("cardQuantity", { quantity, name: readable(name) }) : readable(name);
  return (
    <>
      <ul class="lines" aria-label={label}>
        {lines.map((line, place) => (
          <li key={place}>
            <span>{text(line)}</span>
            {line.amount_cents !== null && <span>{money(line.amount_cents, currency, language)}</span>}
          </li>
        ))}
      </ul>
      <p class="total">
        <span>{say("cardTotal")}</span>
        <b data-testid="card-total">{money(total, currency, language)}</b>
      </p>
    </>
  );
}
