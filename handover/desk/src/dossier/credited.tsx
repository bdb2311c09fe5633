import { counted, t } from "../texts";
import { money } from "../texts/format";
import type { CreditDecisionView } from "../wire-dossier";

const YEAR = 365 * 24 * 60 * 60 * 1_000;

/** What this customer got in the last twelve months, in one line; each credit stands below. */
export function Credited({ credits }: { credits: readonly CreditDecisionView[] }) {
  const given = credits.filter(
    ({ outcome, is_reversed: isReversed, created_at: at }) =>
      (outcome === "granted" || outcome === "approved") && !isReversed && Date.now() - Date.parse(at) < YEAR,
  );
  const currency = given[0]?.currency ?? "EUR";
  const cents = given.reduce((sum, { amount_cents: amount }) => sum + amount, 0);
  return (
    <section aria-label={t("dossier.credited")} data-testid="credited">
      <h3>{t("dossier.credited")}</h3>
      <p>
        {given.length === 0
          ? t("dossier.credited.none")
          : counted("dossier.credited.sum", given.length, { amount: money(cents, currency) })}
      </p>
    </section>
  );
}
