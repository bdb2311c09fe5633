import { readable } from "@widget/messages/markdown";
import { useState } from "preact/hooks";
import * as api from "../api";
import { useActing } from "../acting/context";
import { may } from "../state/permissions";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import { becauseSentence } from "../texts/events";
import { day, money } from "../texts/format";
import type { CreditDecisionView } from "../wire-dossier";
import { FormDialog } from "../ui/dialog";
import { Chip } from "../ui/parts";
import { Section } from "../ui/section";
import { useAction } from "../ui/use-action";

const KINDS = { granted: "good", approved: "good", proposed: "warn", refused: "plain", rejected: "plain" } as const;

/** Everything that was ever decided about credit for this customer, with the rule that decided. */
export function Credits({ credits }: { credits: readonly CreditDecisionView[] }) {
  if (credits.length === 0) return null;
  return (
    <Section title={t("dossier.credits")} name="credits" count={credits.length} open>
      <ul class="lines">
        {credits.map((credit) => (
          <Credit key={credit.id} credit={credit} />
        ))}
      </ul>
    </Section>
  );
}

function Credit({ credit }: { credit: CreditDecisionView }) {
  return (
    <li data-testid="credit-decision" data-outcome={credit.outcome} data-reversed={credit.is_reversed}>
      <span>{t(`credit.about.${credit.reason}`, { subject: credit.subject })}</span>
      <Chip kind={credit.is_reversed ? "bad" : KINDS[credit.outcome]}>
        {t(credit.is_reversed ? "credit.reversed" : `credit.outcome.${credit.outcome}`)}
      </Chip>
      {credit.outcome !== "refused" && <span class="end">{money(credit.amount_cents, credit.currency)}</span>}
      <span class="quiet wide">{becauseSentence(credit.because)}</span>
      <span class="quiet wide">
        {credit.reference
          ? t("credit.dated_reference", { date: day(credit.created_at), reference: credit.reference })
          : day(credit.created_at)}
      </span>
      <span class="quiet wide">
        {credit.author_name ? t("credit.by", { name: readable(credit.author_name) }) : t("credit.by_bot")}
        {credit.decided_by_name && (
          <> · {t("credit.decided_by", { name: readable(credit.decided_by_name) })}</>
        )}
      </span>
      {credit.note && <span class="quiet wide">{t("credit.note", { note: readable(credit.note) })}</span>}
      <Reverse credit={credit} />
    </li>
  );
}

const BOOKED: ReadonlySet<CreditDecisionView["outcome"]> = new Set(["granted", "approved"]);

/** A supervisor may book a credit back, once. */
function Reverse({ credit }: { credit: CreditDecisionView }) {
  const { agent } = useWorkplace();
  const acting = useActing();
  const [isOpen, setIsOpen] = useState(false);
  if (!acting || !may(agent, "reverse_credit") || !BOOKED.has(credit.outcome) || credit.is_reversed) return null;
  return (
    <>
      <button
        type="button"
        class="link"
        aria-label={t("credit.reverse.label", { reference: credit.reference ?? "" })}
        onClick={() => setIsOpen(true)}
        data-testid="credit-reverse"
      >
        {t("credit.reverse")}
      </button>
      {isOpen && (
        <ReverseDialog credit={credit} onDone={() => void acting.open.loadDossier()} onClose={() => setIsOpen(false)} />
      )}
    </>
  );
}

interface ReverseProps {
  credit: CreditDecisionView;
  onDone: () => void;
  onClose: () => void;
}

function ReverseDialog({ credit, onDone, onClose }: ReverseProps) {
  const [why, setWhy] = useState("");
  const action = useAction();
  async function submit() {
    if (!(await action.run(() => api.reverseCredit(credit.id, why.trim())))) return;
    onDone();
    onClose();
  }
  return (
    <FormDialog
      title={t("credit.reverse.title")}
      name="reverse"
      submit={t("credit.reverse.submit")}
      busy={action.busy}
      error={action.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <p>
        {t("credit.reverse.about", {
          amount: money(credit.amount_cents, credit.currency),
          reference: credit.reference ?? "",
        })}
      </p>
      <label>
        {t("credit.reverse.reason")}
        <textarea
          name="reason"
          rows={3}
          required
          minLength={3}
          maxLength={1000}
          value={why}
          onInput={(event) => setWhy(event.currentTarget.value)}
        />
      </label>
    </FormDialog>
  );
}
