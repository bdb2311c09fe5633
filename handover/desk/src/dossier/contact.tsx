import { readable } from "@widget/messages/markdown";
import * as api from "../api";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import { moment } from "../texts/format";
import { CONTACT_OUTCOMES, type ContactOutcome, type ConversationSummary } from "../wire";
import type { ContactView } from "../wire-queue";
import { Failure } from "../ui/dialog";
import { useAction } from "../ui/use-action";

interface Props {
  contact: ContactView;
  row: ConversationSummary;
  onSettled: () => void;
}

/** How the visitor wants to be reached, in full, and what became of it. */
export function Contact({ contact, row, onSettled }: Props) {
  const { kind, value, shown, note, created_at: at, settled } = contact;
  const mayTell = useWorkplace().isMine(row) || row.state === "waiting"; // else its owner is at it
  return (
    <section class="contact" aria-label={t(`contact.wish.${kind}`)} data-testid="contact" data-kind={kind}>
      <h3>{t(`contact.wish.${kind}`)}</h3>
      <p>
        <a href={`${kind === "callback" ? "tel" : "mailto"}:${value}`} data-testid="contact-value">
          {readable(shown)}
        </a>
      </p>
      {note && <p class="plain">{readable(note)}</p>}
      <p class="quiet">{t("contact.since", { moment: moment(at) })}</p>
      {settled && <p data-testid="contact-settled">{t(`contact.outcome.${settled}`)}</p>}
      {!settled && mayTell && <Settle row={row} onSettled={onSettled} />}
    </section>
  );
}

function Settle({ row, onSettled }: Omit<Props, "contact">) {
  const workplace = useWorkplace();
  const action = useAction();
  async function settle(outcome: ContactOutcome) {
    const done = async () => workplace.put((await api.settleContact(row.id, outcome)).summary);
    if (await action.run(done)) onSettled();
  }
  return (
    <>
      <div class="contact-outcomes" role="group" aria-label={t("contact.settle")}>
        {CONTACT_OUTCOMES.map((outcome) => (
          <button
            key={outcome}
            type="button"
            disabled={action.busy}
            onClick={() => void settle(outcome)}
            data-testid={`settle-${outcome}`}
          >
            {t(`contact.outcome.${outcome}`)}
          </button>
        ))}
      </div>
      <Failure text={action.error} />
    </>
  );
}
