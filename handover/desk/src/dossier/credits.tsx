import { t } from "../texts";
import { becauseSentence } from "../texts/events";
import { day, money } from "../texts/format";
import type { CreditDecisionView } from "../wire-dossier";
import { Chip } from "../ui/parts";
import { Section } from "../ui/section";

const KINDS = { granted: "good", approved: "good", proposed: "warn", refused: "plain", rejected: "plain" } as const;

/** Everything that was ever decided about credit for this customer, with the rule that decided. */
export function Credits({ credits }: { credits: readonly CreditDecisionView[] }) {
  if (credits.length === 0) return null;
  return (
    <Section title={t("dossier.credits")} name="credits" count={credits.length} open>
      <ul class="lines">
        {credits.map((credit) => (
          <li key={credit.id} data-testid="credit-decision" data-outcome={credit.outcome}>
            <span>{t(`credit.about.${credit.reason}`, { subject: credit.subject })}</span>
            <Chip kind={KINDS[credit.outcome]}>{t(`credit.outcome.${credit.outcome}`)}</Chip>
            {credit.outcome !== "refused" && <span class="end">{money(credit.amount_cents, credit.currency)}</span>}
            <span class="quiet wide">{becauseSentence(credit.because)}</span>
            <span class="quiet wide">
              {credit.reference
                ? t("credit.dated_reference", { date: day(credit.created_at), reference: credit.reference })
                : day(credit.created_at)}
            </span>
            {credit.note && <span class="quiet wide">{t("credit.note", { note: credit.note })}</span>}
          </li>
        ))}
      </ul>
    </Section>
  );
}
