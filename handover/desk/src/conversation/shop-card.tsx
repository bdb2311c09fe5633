import { readable } from "@widget/messages/markdown";
import { toneOf, webAddress } from "@widget/messages/shop-cards";
import type { Card, CardLine, InvoiceCard, OrderCard } from "@widget/connection/wire";
import { counted, forCode, t } from "../texts";
import { day, money } from "../texts/format";
import { Chip } from "../ui/parts";
import { Facts } from "../ui/section";
import { DocumentLink } from "./files";

interface Props {
  cards: readonly Card[];
  conversation: string;
}

/** What the visitor was shown beside the words, as it stood then; the dossier has it as it stands now. */
export function ShopCards({ cards, conversation }: Props) {
  return (
    <ul class="shop-cards" aria-label={t("cards.label")}>
      {cards.map((card, place) => (
        <li key={place} data-testid={`${card.kind}-card`}>
          <Body card={card} conversation={conversation} />
        </li>
      ))}
    </ul>
  );
}

function Body({ card, conversation }: { card: Card; conversation: string }) {
  switch (card.kind) {
    case "order":
      return <Order card={card} />;
    case "invoice":
      return <Invoice card={card} conversation={conversation} />;
    default: // from a desk newer than this page
      return <p>{t("cards.unknown")}</p>;
  }
}

function Order({ card }: { card: OrderCard }) {
  const address = webAddress(card.tracking_url);
  const code = readable(card.tracking_code ?? "");
  return (
    <details class="item">
      <summary>
        <b>{t("cards.order", { number: card.number })}</b>
        <Chip kind={card.state === "lost" ? "bad" : "plain"}>{forCode("order.state", card.state)}</Chip>
        {card.days_late > 0 && <Chip kind="warn">{counted("order.late", card.days_late)}</Chip>}
        <span class="end">{money(card.total_cents, card.currency)}</span>
      </summary>
      <Facts
        facts={[
          [t("order.ordered"), day(card.ordered_on)],
          [t("order.promised"), card.promised_on && day(card.promised_on)],
          [t("order.delivered"), card.delivered_on && day(card.delivered_on)],
          [t("order.carrier"), card.carrier && readable(card.carrier)],
          [t("order.tracking"), address ? <TrackingLink address={address} code={code} /> : code],
        ]}
      />
      <Lines lines={card.lines} currency={card.currency} />
    </details>
  );
}

function TrackingLink({ address, code }: { address: string; code: string }) {
  return (
    <a href={address} target="_blank" rel="noopener noreferrer nofollow">
      {code || address}
    </a>
  );
}

function Invoice({ card, conversation }: { card: InvoiceCard; conversation: string }) {
  return (
    <details class="item">
      <summary>
        <b>{t("cards.invoice", { number: card.number })}</b>
        <Chip kind={toneOf(card) === "bad" ? "bad" : "plain"}>{forCode("invoice.state", card.state)}</Chip>
        <span class="end">{money(card.total_cents, card.currency)}</span>
      </summary>
      <Facts
        facts={[
          [t("cards.issued"), day(card.issued_on)],
          [t("cards.due"), card.due_on && day(card.due_on)],
          [t("cards.open"), card.open_cents > 0 && money(card.open_cents, card.currency)],
        ]}
      />
      <Lines lines={card.lines} currency={card.currency} />
      {card.document && <DocumentLink document={card.document} conversation={conversation} />}
    </details>
  );
}

function Lines({ lines, currency }: { lines: readonly CardLine[]; currency: string }) {
  const text = ({ text: name, quantity }: CardLine): string =>
    quantity && quantity > 1 ? t("order.item", { quantity, name: readable(name) }) : readable(name);
  return (
    <ul class="lines">
      {lines.map((line, place) => (
        <li key={place}>
          <span>{text(line)}</span>
          {line.amount_cents !== null && <span class="end">{money(line.amount_cents, currency)}</span>}
        </li>
      ))}
    </ul>
  );
}
