import { Proposal } from "../dossier/proposal";
import { links } from "../state/route";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import { errorSentence } from "../texts/errors";
import { elapsed, listOf } from "../texts/format";
import { FailedLoad, Loading } from "../ui/loading";
import { Empty } from "../ui/parts";
import { readable } from "@widget/messages/markdown";
import type { OpenProposal } from "../wire-live";

/** Every credit that waits for somebody, the oldest first: what I may decide, and what others have to. */
export function ApprovalsPage() {
  const { approvals } = useWorkplace();
  const all = approvals.all.value;
  const again = () => void approvals.refresh();
  const mine = all?.filter(isMine) ?? [];
  const others = all?.filter((one) => !isMine(one)) ?? [];
  return (
    <main id="content" class="page approvals" tabIndex={-1} data-testid="approvals">
      <header class="page-head">
        <h1>{t("approvals.heading")}</h1>
      </header>
      <p class="quiet">{t("approvals.about")}</p>
      {approvals.failed.value && <FailedLoad text={errorSentence(approvals.failure.value)} onRetry={again} />}
      {!all && !approvals.failed.value && <Loading lines={6} />}
      {all && !mine.length && <Empty>{t(others.length ? "approvals.none_mine" : "approvals.none")}</Empty>}
      {mine.length > 0 && <Listed list={mine} name="approvals-mine" />}
      {others.length > 0 && (
        <section aria-labelledby="approvals-others">
          <h2 id="approvals-others">{t("approvals.others")}</h2>
          <Listed list={others} name="approvals-others" />
        </section>
      )}
    </main>
  );
}

const isMine = (one: OpenProposal): boolean => one.within_limit && !one.mine;

function Listed({ list, name }: { list: readonly OpenProposal[]; name: string }) {
  return (
    <ul class="approval-list" data-testid={name}>
      {list.map((one) => (
        <li key={one.decision.id} class="card approval" data-testid="approval" data-id={one.decision.id}>
          <Head one={one} />
          {isMine(one) ? <Decidable one={one} /> : <Others one={one} />}
        </li>
      ))}
    </ul>
  );
}

function Head({ one }: { one: OpenProposal }) {
  const { decision } = one;
  return (
    <header class="page-head">
      <h2>{readable(one.customer_name)}</h2>
      <span class="quiet">{t("approvals.waiting", { time: elapsed(decision.created_at) })}</span>
      {decision.conversation_id && (
        <a class="end" href={links.conversation(decision.conversation_id)}>
          {t("approvals.conversation")}
        </a>
      )}
    </header>
  );
}

function Decidable({ one }: { one: OpenProposal }) {
  const { approvals } = useWorkplace();
  const here = one.decision.conversation_id ?? "";
  return <Proposal proposal={one.decision} here={here} onTried={() => void approvals.refresh()} />;
}

/** To be seen, and whose it is to decide. */
function Others({ one }: { one: OpenProposal }) {
  return (
    <div class="greyed">
      <Proposal proposal={one.decision} here={one.decision.conversation_id ?? ""} onTried={() => {}} decidable={false} />
      <p class="notice">{one.mine ? t("approvals.own") : whoMay(one)}</p>
    </div>
  );
}

function whoMay(one: OpenProposal): string {
  if (!one.decided_by_roles.length) return t("approvals.nobody");
  return t("approvals.who", { roles: listOf(one.decided_by_roles.map((role) => t(`role.${role}` as "role.agent"))) });
}
