import { readable } from "@widget/messages/markdown";
import { ActingProvider } from "../acting/context";
import { Dealings } from "../acting/dealings";
import type { OpenConversation } from "../state/conversation";
import { links } from "../state/route";
import { t } from "../texts";
import { becauseSentence } from "../texts/events";
import type { ConversationSummary } from "../wire";
import type { BotStopped, Dossier } from "../wire-dossier";
import { Empty } from "../ui/parts";
import { CaseEnd } from "./case-end";
import { Contact } from "./contact";
import { Credited } from "./credited";
import { Credits } from "./credits";
import { CustomerSection } from "./customer";
import { Invoices, Outages, Subscriptions } from "./contracts";
import { FilesSection } from "./files";
import { NextSteps } from "./next-steps";
import { Orders } from "./orders";
import { Phrases } from "./phrases";
import { Proposal } from "./proposal";
import { Routing } from "./routing";
import { CaseTasks } from "./tasks";
import { Tone } from "./tone";
import { Tried } from "./tried";
import { Understanding } from "./understanding";

interface Props {
  open: OpenConversation;
  row: ConversationSummary;
  /** Back to the conversation, where a narrow screen shows only one of the two. */
  onBack: () => void;
}

/** The handover dossier: the first screen says what is wanted and what to do, the rest opens on demand. */
export function DossierColumn({ open, row, onBack }: Props) {
  const dossier = open.dossier.value;
  return (
    <aside class="dossier" tabIndex={-1} aria-label={t("dossier.title")} data-testid="dossier">
      <button type="button" class="back narrow" onClick={onBack}>
        {t("dossier.back")}
      </button>
      <h2>{t("dossier.title")}</h2>
      {open.dossierFailed.value && (
        <div role="alert" class="failure">
          {t("dossier.failed")}
          <button type="button" onClick={() => void open.loadDossier()}>
            {t("retry")}
          </button>
        </div>
      )}
      {dossier ? (
        <Content dossier={dossier} row={row} open={open} onJump={onBack} />
      ) : (
        !open.dossierFailed.value && <Empty>{t("loading")}</Empty>
      )}
    </aside>
  );
}

interface ContentProps {
  dossier: Dossier;
  row: ConversationSummary;
  open: OpenConversation;
  onJump: () => void;
}

function Content({ dossier, row, open, onJump }: ContentProps) {
  const proposals = dossier.credits.filter((credit) => credit.outcome === "proposed");
  return (
    <ActingProvider open={open} row={row} dossier={dossier} onReply={onJump}>
      <Summary dossier={dossier} onJump={onJump} />
      <NextSteps steps={dossier.next_steps} open={open} row={row} onJump={onJump} />
      <Tried understood={dossier.understood} onJump={onJump} />
      <Phrases title={t("dossier.promises")} phrases={dossier.promises} name="promises" onJump={onJump} />
      {dossier.customer && <Credited credits={dossier.credits} />}
      {dossier.contact && (
        <Contact contact={dossier.contact} row={row} onSettled={() => void open.loadDossier()} />
      )}
      {proposals.map((proposal) => (
        <Proposal key={proposal.id} proposal={proposal} here={open.id} onTried={() => void open.loadDossier()} />
      ))}
      <CaseEnd open={open} row={row} />
      <CaseTasks open={open} row={row} />
      <CustomerSection customer={dossier.customer} trust={row.trust} />
      <Dealings />
      <Outages outages={dossier.outages} />
      <Orders orders={dossier.orders} />
      <Credits credits={dossier.credits} />
      <FilesSection files={dossier.files} conversation={open.id} onJump={onJump} />
      <Understanding understood={dossier.understood} onJump={onJump} />
      <Routing open={open} />
      <Tone tone={dossier.tone} />
      <Subscriptions subscriptions={dossier.subscriptions} />
      <Invoices invoices={dossier.invoices} />
      {row.customer_id && (
        <p>
          <a href={links.customer(row.customer_id)}>{t("dossier.to_customer")}</a>
        </p>
      )}
    </ActingProvider>
  );
}

function Summary({ dossier, onJump }: { dossier: Dossier; onJump: () => void }) {
  return (
    <section class="summary" aria-label={t("dossier.wish")}>
      <h3>{t("dossier.wish")}</h3>
      <p class="wish" data-testid="wish">
        {readable(dossier.wish) || t("dossier.wish.none")}
      </p>
      {dossier.stopped && <Stopped stopped={dossier.stopped} onJump={onJump} />}
    </section>
  );
}

/** Links to where it was; the rule behind it only where it says more than the reason. */
function Stopped({ stopped, onJump }: { stopped: BotStopped; onJump: () => void }) {
  const { reason, because, message_number: number } = stopped;
  return (
    <>
      <h3>{t("dossier.stopped")}</h3>
      <p data-testid="stopped">
        {number === null ? (
          t(`reason.${reason}`)
        ) : (
          <a href={`#m${number}`} onClick={onJump}>
            {t(`reason.${reason}`)}
          </a>
        )}
        {because && reason !== "credit_over_limit" && <span class="quiet block">{becauseSentence(because)}</span>}
      </p>
    </>
  );
}
