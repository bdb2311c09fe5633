import { readable } from "@widget/messages/markdown";
import { useState } from "preact/hooks";
import { Ending } from "../conversation/close-dialog";
import { WrapUpForm } from "../conversation/wrap-up-form";
import * as api from "../endings/api";
import type { OpenConversation } from "../state/conversation";
import { eventsOf } from "../state/log";
import { may } from "../state/permissions";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import { moment } from "../texts/format";
import { topicName } from "../texts/routing";
import { errorSentence } from "../texts/errors";
import type { ConversationSummary } from "../wire";
import type { WrapUpView } from "../wire-endings";
import { Failure } from "../ui/dialog";
import { FailedLoad } from "../ui/loading";
import { Facts } from "../ui/section";
import { useAction } from "../ui/use-action";
import { useFetched } from "../ui/use-fetched";
import { GapSection } from "./gap";

interface Props {
  open: OpenConversation;
  row: ConversationSummary;
}

/** How a case ended, what its agent says of it, and the answer that the bot did not have. */
export function CaseEnd({ open, row }: Props) {
  const { agent } = useWorkplace();
  const isOver = row.state === "closed" || row.state === "bot";
  const facts = open.facts.value;
  const verdict = eventsOf(facts, "conversation.wrapped_up").at(-1);
  const proposed = eventsOf(facts, "gap.proposed").length;
  const isMissing = verdict?.data.bot_could === "article_missing" && verdict.actor.id === agent.id && proposed === 0;
  const wasAnswered = facts.some(({ data, actor }) => data.type === "message.posted" && actor.kind === "agent");
  return (
    <>
      {isOver && <WrapUp key={open.id} open={open} row={row} />}
      {may(agent, "serve_conversations") && wasAnswered && (
        <GapSection key={`gap-${open.id}`} open={open} unfold={isMissing} />
      )}
    </>
  );
}

function WrapUp({ open, row }: Props) {
  const ends = ["conversation.closed", "conversation.returned", "conversation.wrapped_up"];
  const changes = open.facts.value.filter(({ data }) => ends.includes(data.type)).length;
  const { found, error, again } = useFetched(() => api.wrapUp(open.id), [open.id, changes]);
  if (error && !found) return <FailedLoad text={error} onRetry={again} />;
  if (!found?.ended_at) return null;
  return (
    <section class="case-end" aria-label={t("wrap_up.title")} data-testid="wrap-up">
      <h3>{t("wrap_up.title")}</h3>
      <p class="quiet">{t("wrap_up.ended", { moment: moment(found.ended_at) })}</p>
      <Said key={`${found.ended_at} ${found.judged?.at}`} view={found} row={row} onSaid={again} />
    </section>
  );
}

function Said({ view, row, onSaid }: { view: WrapUpView; row: ConversationSummary; onSaid: () => void }) {
  const { agent } = useWorkplace();
  const isAsked = !view.judged && !view.skipped && view.agent_id === agent.id;
  const [edits, setEdits] = useState(isAsked);
  const close = () => {
    setEdits(false);
    onSaid();
  };
  if (edits) return <Judge view={view} row={row} onDone={close} onCancel={() => setEdits(false)} />;
  return (
    <>
      {view.judged ? <Judgement view={view} /> : <p>{t("wrap_up.missing")}</p>}
      {view.may_judge && (
        <p>
          <button type="button" onClick={() => setEdits(true)} data-testid="wrap-up-change">
            {t(view.judged ? "wrap_up.change" : "wrap_up.title")}
          </button>
        </p>
      )}
    </>
  );
}

function Judgement({ view: { judged, article } }: { view: WrapUpView }) {
  const { wrap_up: said, by, at } = judged!;
  return (
    <>
      <Facts
        facts={[
          [t("outcome.label"), t(`outcome.${said.outcome}`)],
          [t("wrap_up.topic"), said.topic && topicName(said.topic)],
          [t("wrap_up.root_cause"), said.root_cause && t(`cause.${said.root_cause}`)],
          [t("wrap_up.bot_could"), said.bot_could && t(`verdict.${said.bot_could}`)],
          [t("wrap_up.article"), article && readable(article.title)],
          [t("wrap_up.remark_said"), said.remark && readable(said.remark)],
        ]}
      />
      <p class="quiet">{t("wrap_up.by", { name: by, moment: moment(at) })}</p>
    </>
  );
}

interface JudgeProps {
  view: WrapUpView;
  row: ConversationSummary;
  onDone: () => void;
  onCancel: () => void;
}

function Judge({ view, row, onDone, onCancel }: JudgeProps) {
  const workplace = useWorkplace();
  const action = useAction(errorSentence);
  const [form] = useState(() => new WrapUpForm(row.id));
  const tell = async (call: Promise<{ summary: ConversationSummary }>) => {
    workplace.put((await call).summary);
    void workplace.wrapUps.refresh();
  };
  async function save(event: SubmitEvent) {
    event.preventDefault();
    const done = await action.run(async () => {
      await form.arrived;
      const said = form.said();
      if (said) await tell(api.judge(row.id, said));
    });
    if (done) onDone();
  }
  async function skip() {
    if (await action.run(() => tell(api.skip(row.id)))) onDone();
  }
  const isAsked = !view.judged && !view.skipped;
  return (
    <form onSubmit={(event) => void save(event)} data-testid="wrap-up-form">
      {isAsked && <p>{t("wrap_up.asked")}</p>}
      <Ending form={form} row={row} />
      <Failure text={action.error} />
      <div class="buttons">
        {isAsked ? (
          <button type="button" disabled={action.busy} onClick={() => void skip()} data-testid="wrap-up-later">
            {t("wrap_up.later")}
          </button>
        ) : (
          <button type="button" onClick={onCancel}>
            {t("dialog.cancel")}
          </button>
        )}
        <button type="submit" class="primary" disabled={action.busy} data-testid="wrap-up-save">
          {t("wrap_up.save")}
        </button>
      </div>
    </form>
  );
}
