import { readable } from "@widget/messages/markdown";
import { Acts } from "../acting/acts";
import { useActing } from "../acting/context";
import { counted, t } from "../texts";
import { day, money } from "../texts/format";
import type { AgentRequestKind } from "../wire-acting";
import type { OrderView } from "../wire-dossier";
import { Chip } from "../ui/parts";
import { Facts, Section } from "../ui/section";

export function Orders({ orders }: { orders: readonly OrderView[] }) {
  if (orders.length === 0) return null;
  return (
    <Section title={t("dossier.orders")} name="orders" count={orders.length} open>
      {orders.map((order) => (
        <Order key={order.number} order={order} />
      ))}
    </Section>
  );
}

/** What makes sense as it stands; the desk says whether it can be done, and why not. */
function kindsOf({ state }: OrderView): readonly AgentRequestKind[] {
  switch (state) {
    case "processing":
    case "shipped":
      return ["order.cancel", "order.change_address"];
    case "delivered":
    case "partly_delivered":
      return ["order.return"];
    default:
      return [];
  }
}

function Order({ order }: { order: OrderView }) {
  const sentBack = useActing()?.account?.returns ?? [];
  const returns = sentBack.filter((one) => one.order_number === order.number && one.state === "announced");
  return (
    <details class="item" data-testid="order" data-number={order.number}>
      <summary>
        <b>{order.number}</b>
        <Chip kind={order.state === "lost" ? "bad" : "plain"}>{t(`order.state.${order.state}`)}</Chip>
        {order.days_late > 0 && <Chip kind="warn">{counted("order.late", order.days_late)}</Chip>}
        <span class="end">{money(order.total_cents, order.currency)}</span>
      </summary>
      <Facts
        facts={[
          [t("order.ordered"), day(order.ordered_on)],
          [t("order.promised"), day(order.promised_on)],
          [t("order.shipped"), order.shipped_on && day(order.shipped_on)],
          [t("order.delivered"), order.delivered_on && day(order.delivered_on)],
          [t("order.carrier"), order.carrier],
          [t("order.tracking"), order.tracking_code],
        ]}
      />
      <ul class="lines">
        {order.items.map((item) => (
          <li key={item.sku}>
            <span>{t("order.item", { quantity: item.quantity, name: readable(item.name) })}</span>
            <Chip kind={item.state === "missing" ? "bad" : "plain"}>{t(`item.state.${item.state}`)}</Chip>
            <span class="end">{money(item.unit_cents, order.currency)}</span>
          </li>
        ))}
      </ul>
      <Acts label={t("acting.for_order", { number: order.number })} kinds={kindsOf(order)} subject={order.number} order={order} />
      {returns.map(({ number }) => (
        <Acts key={number} label={t("acting.for_order", { number: order.number })} kinds={["order.return_label"]} subject={number} />
      ))}
    </details>
  );
}
