import type { VNode } from "preact";
import type { CreditGranted, CreditReason } from "../connection/wire";
import type { Texts } from "../locales";
import { useShared } from "./context";
import { money } from "./figures";
import { GiftIcon } from "./icons";

/** What a credit is for, and what its number belongs to. A desk newer than this page may know more reasons. */
const ABOUT: Partial<Record<CreditReason, readonly [keyof Texts, keyof Texts]>> = {
  late_delivery: ["creditLate", "creditOrder"],
  damaged_item: ["creditDamaged", "creditOrder"],
  missing_item: ["creditMissing", "creditOrder"],
  outage: ["creditOutage", "creditSubscription"],
  billing_error: ["creditBillingError", "creditInvoice"],
};

/** Money that was booked. It shows the event and nothing that anybody wrote. */
export function CreditCard({ credit }: { credit: CreditGranted }): VNode {
  const { language, say } = useShared();
  const [reason, kind] = (ABOUT[credit.reason] ?? []).map((key) => say(key));
  return (
    <div class="card credit" data-testid="credit-card">
      <h3>
        <GiftIcon />
        {say("creditTitle")}
      </h3>
      <p class="amount" data-testid="credit-amount">
        {money(credit.amount_cents, credit.currency, language)}
      </p>
      <dl>
        <dt>{say("creditReason")}</dt>
        <dd>{reason ?? credit.reason}</dd>
        <dt>{kind ?? say("creditSubject")}</dt>
        <dd>{credit.subject}</dd>
        <dt>{say("creditReference")}</dt>
        <dd data-testid="credit-reference">{credit.reference}</dd>
      </dl>
    </div>
  );
}
