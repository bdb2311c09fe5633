import { readable } from "@widget/messages/markdown";
import { useState } from "preact/hooks";
import * as api from "../api";
import { Evidence } from "../dossier/evidence";
import { inLanguage, t } from "../texts";
import { becauseSentence } from "../texts/events";
import { day, money } from "../texts/format";
import { Dialog, Failure } from "../ui/dialog";
import { FailedLoad } from "../ui/loading";
import { useAction } from "../ui/use-action";
import type { CreditReason } from "../wire";
import type { CreditDecided } from "../wire-acting";
import type { OrderView } from "../wire-dossier";
import { AskForProof } from "./ask-for-proof";
import type { Acting } from "./context";
import { SelectField, type Option } from "./fields";
import { usePreview } from "./previewing";
import { IntoReply } from "./request-dialog";

interface Props {
  acting: Acting;
  /** Begun from this order. */
  order: OrderView | undefined;
  onClose: () => void;
}

/** What a credit is about. Never how much: that the rule says. */
interface About {
  reason: CreditReason;
  subject: string;
  item_sku: string | null;
  outage_id: string | null;
}

const REASONS: readonly CreditReason[] = ["late_delivery", "damaged_item", "missing_item", "outage", "billing_error"];
const OF_ITEMS: ReadonlySet<CreditReason> = new Set(["damaged_item", "missing_item"]);
const OF_ORDERS: ReadonlySet<CreditReason> = new Set(["late_delivery", ...OF_ITEMS]);

export function CreditDialog({ acting, order, onClose }: Props) {
  const [decided, setDecided] = useState<CreditDecided | null>(null);
  return (
    <Dialog title={t("acting.credit")} name="credit" onClose={onClose}>
      {decided ? (
        <Decided acting={acting} decided={decided} onClose={onClose} />
      ) : (
        <Wish acting={acting} order={order} onDecided={setDecided} onClose={onClose} />
      )}
    </Dialog>
  );
}

function Wish({ acting, order, onDecided, onClose }: Props & { onDecided: (decided: CreditDecided) => void }) {
  const { row } = acting;
  const [about, setAbout] = useState<About>(() => start(order));
  const action = useAction();
  const ask = (preview: boolean) => (wish: About) =>
    api.grantCredit(row.id, { ownership_version: row.ownership_version, ...wish, preview });
  const wish = isComplete(about, acting) ? about : null;
  const preview = usePreview(wish, ask(true));
  const { seen } = preview;
  const ready = seen?.outcome === "granted" || seen?.outcome === "proposed";

  async function go() {
    const answer = await ask(false)(about);
    if (answer.outcome === "granted" || answer.outcome === "proposed") onDecided(answer);
    else preview.show(answer);
  }
  function submitted(event: SubmitEvent) {
    event.preventDefault();
    if (ready) void action.run(go);
  }

  return (
    <form onSubmit={submitted} data-testid="credit-form">
      <p class="quiet">{t("acting.credit.hint")}</p>
      <AboutFields acting={acting} about={about} onChange={setAbout} />
      <div class="acting-seen" role="status" aria-live="polite" data-testid="credit-seen" data-outcome={seen?.outcome ?? ""}>
        {preview.looking && <p class="quiet">{t("acting.looking")}</p>}
        {seen && <Seen acting={acting} seen={seen} about={about} />}
      </div>
      {preview.failed && <FailedLoad text={preview.failed} onRetry={preview.again} />}
      <Failure text={action.error} />
      <div class="buttons">
        <button type="button" onClick={onClose}>
          {t("acting.close")}
        </button>
        <button type="submit" class="primary" disabled={!ready || action.busy || preview.looking} data-testid="dialog-submit">
          {submitText(seen)}
        </button>
      </div>
    </form>
  );
}

function submitText(seen: CreditDecided | null): string {
  if (seen?.outcome !== "granted" && seen?.outcome !== "proposed") return t("acting.credit");
  const amount = money(seen.amount_cents, seen.currency);
  return t(seen.outcome === "granted" ? "acting.credit.grant" : "acting.credit.propose", { amount });
}

const nothing = { item_sku: null, outage_id: null };

function start(order: OrderView | undefined): About {
  if (!order) return { reason: "late_delivery", subject: "", ...nothing };
  return withOrder({ reason: order.days_late > 0 ? "late_delivery" : "damaged_item", subject: "", ...nothing }, order);
}

/** The only item of an order need not be chosen. */
function withOrder(about: About, order: OrderView | undefined): About {
  const only = order?.items.length === 1 ? order.items[0]!.sku : null;
  return { ...about, subject: order?.number ?? "", outage_id: null, item_sku: OF_ITEMS.has(about.reason) ? only : null };
}

function isComplete(about: About, { dossier }: Acting): boolean {
  const order = dossier.orders.find(({ number }) => number === about.subject);
  const needsItem = OF_ITEMS.has(about.reason) && (order?.items.length ?? 0) > 1;
  return Boolean(about.subject) && !(needsItem && !about.item_sku) && !(about.reason === "outage" && !about.outage_id);
}

interface AboutProps {
  acting: Acting;
  about: About;
  onChange: (about: About) => void;
}

function AboutFields({ acting, about, onChange }: AboutProps) {
  const { orders } = acting.dossier;
  const order = orders.find(({ number }) => number === about.subject);
  function chooseReason(value: string) {
    const reason = value as CreditReason;
    const kept = OF_ORDERS.has(reason) && order;
    onChange(kept ? withOrder({ ...about, reason }, order) : { reason, subject: "", ...nothing });
  }
  const reasons = REASONS.map((value) => ({ value, label: t(`acting.credit.reason.${value}`) }));
  return (
    <>
      <SelectField name="reason" label={t("acting.credit.reason")} value={about.reason} options={reasons} onChange={chooseReason} />
      {OF_ORDERS.has(about.reason) ? (
        <Choice
          name="order"
          label={t("acting.credit.order")}
          value={about.subject}
          options={orders.map(orderOption)}
          onChange={(number) => onChange(withOrder(about, orders.find((one) => one.number === number)))}
        />
      ) : (
        <ClaimField acting={acting} about={about} onChange={onChange} />
      )}
      {OF_ITEMS.has(about.reason) && order && order.items.length > 1 && (
        <SelectField
          name="item"
          label={t("acting.credit.item")}
          value={about.item_sku ?? ""}
          options={order.items.map(({ sku, name, unit_cents }) => ({
            value: sku,
            label: t("acting.credit.item.option", { name: readable(name), price: money(unit_cents, order.currency) }),
          }))}
          onChange={(sku) => onChange({ ...about, item_sku: sku || null })}
        />
      )}
    </>
  );
}

const orderOption = ({ number, ordered_on, total_cents, currency }: OrderView): Option => ({
  value: number,
  label: t("acting.credit.order.option", { number, ordered: day(ordered_on), total: money(total_cents, currency) }),
});

/** Outages and wrong invoices, as the desk has found them. */
function ClaimField({ acting, about, onChange }: AboutProps) {
  const claims = (acting.account?.claimable ?? []).filter(({ reason }) => reason === about.reason);
  const key = (subject: string, outage: string | null) => JSON.stringify([subject, outage]);
  return (
    <Choice
      name="claim"
      label={t(about.reason === "outage" ? "acting.credit.outage" : "acting.credit.invoice")}
      value={key(about.subject, about.outage_id)}
      options={claims.map(({ subject, outage_id, name, day: on }) => ({
        value: key(subject, outage_id),
        label: t("acting.credit.claim.option", { subject, name: readable(name), day: day(on) }),
      }))}
      onChange={(value) => {
        const [subject, outage_id] = value ? (JSON.parse(value) as [string, string | null]) : ["", null];
        onChange({ ...about, subject, outage_id, item_sku: null });
      }}
    />
  );
}

function Choice(props: Parameters<typeof SelectField>[0]) {
  return props.options.length ? <SelectField {...props} /> : <p>{t("acting.credit.nothing")}</p>;
}

function Seen({ acting, seen, about }: { acting: Acting; seen: CreditDecided; about: About }) {
  const amount = money(seen.amount_cents, seen.currency);
  const evidence = <Evidence inputs={{ ...seen.facts, item_sku: about.item_sku }} currency={seen.currency} reason={about.reason} />;
  switch (seen.outcome) {
    case "granted":
    case "proposed":
      return (
        <>
          <h3>{t("acting.credit.worth")}</h3>
          <p class="amount" data-testid="credit-amount">
            {amount}
          </p>
          <p data-testid="credit-because">{becauseSentence(seen.because)}</p>
          {evidence}
          {typeof seen.facts["limit_cents"] === "number" && (
            <p class="quiet">{t("acting.credit.limit", { limit: money(seen.facts["limit_cents"], seen.currency) })}</p>
          )}
          <p>{t(seen.outcome === "granted" ? "acting.credit.grants" : "acting.credit.proposes")}</p>
        </>
      );
    case "already_granted":
      return <p>{t("acting.credit.already_granted", { amount, reference: seen.reference ?? "" })}</p>;
    case "already_proposed":
      return <p>{t("acting.credit.already_proposed", { amount })}</p>;
    case "refused":
      return (
        <>
          <h3>{t("acting.refused")}</h3>
          <p data-testid="credit-refused" data-because={seen.because}>
            {becauseSentence(seen.because)}
          </p>
          {evidence}
        </>
      );
    case "identity_required":
      return <AskForProof acting={acting} />;
    default:
      return <p>{t(seen.outcome === "stale" ? "error.stale_ownership" : "acting.not_found")}</p>;
  }
}

function Decided({ acting, decided, onClose }: { acting: Acting; decided: CreditDecided; onClose: () => void }) {
  const { row } = acting;
  const told = { amount: money(decided.amount_cents, decided.currency), reference: decided.reference ?? "" };
  const granted = decided.outcome === "granted";
  return (
    <div class="acting-done" data-testid="credit-done" data-outcome={decided.outcome}>
      <p role="status">
        <b>{t(granted ? "acting.credit.granted" : "acting.credit.proposed", told)}</b>
      </p>
      {granted ? (
        <IntoReply
          acting={acting}
          draft={inLanguage(row.language, "acting.draft.credit", { ...told, amount: money(decided.amount_cents, decided.currency, row.language) })}
          onClose={onClose}
        />
      ) : (
        <div class="buttons">
          <button type="button" class="primary" onClick={onClose} data-testid="acting-close">
            {t("acting.close")}
          </button>
        </div>
      )}
    </div>
  );
}
