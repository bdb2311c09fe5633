import { readable } from "@widget/messages/markdown";
import { useEffect, useRef, useState } from "preact/hooks";
import { ArticleForm } from "../endings/article-form";
import * as api from "../endings/api";
import { ApiError } from "../connection/http";
import { may } from "../state/permissions";
import { useWorkplace } from "../state/workplace";
import { counted, t } from "../texts";
import { errorSentence } from "../texts/errors";
import { moment } from "../texts/format";
import { topicName } from "../texts/routing";
import { BOT_VERDICTS, ROOT_CAUSES } from "../wire";
import type { GapAnswer, GapState, GapView, WrapUpFigures } from "../wire-endings";
import { Failure, FormDialog } from "../ui/dialog";
import { FailedLoad, Loading } from "../ui/loading";
import { Chip, Empty, LanguageChip } from "../ui/parts";
import { Facts } from "../ui/section";
import { useAction } from "../ui/use-action";
import { useFetched } from "../ui/use-fetched";

const STATES = ["open", "taken_up", "rejected"] as const;
const REASON_LIMIT = 1000;
const FOREMOST = 3;

/** What agents propose to the editors: to those who settle it, and to whoever proposed it. */
export function GapsPage() {
  const { agent } = useWorkplace();
  return may(agent, "settle_gaps") ? <Settling /> : <Own />;
}

function Own() {
  const { found, error, again } = useFetched(api.myGaps);
  return (
    <main id="content" class="page" tabIndex={-1} data-testid="gaps">
      <h1>{t("gaps.title")}</h1>
      <p class="quiet">{t("gaps.about_mine")}</p>
      {error && <FailedLoad text={error} onRetry={again} />}
      {!found && !error && <Loading />}
      {found?.gaps.length === 0 && <Empty>{t("gaps.none.mine")}</Empty>}
      <ul class="gaps">
        {found?.gaps.map((gap) => (
          <li key={gap.id} class="card gap" data-testid="gap" data-id={gap.id} data-state={gap.state}>
            <Gap gap={gap} showsState />
          </li>
        ))}
      </ul>
    </main>
  );
}

function Settling() {
  const [state, setState] = useState<GapState>("open");
  const { found, error, again } = useFetched(() => api.gaps(state), [state]);
  const [moved, setMoved] = useState("");
  const status = useRef<HTMLParagraphElement>(null);
  function settled(gap: GapView) {
    setMoved(t("gaps.moved", { question: readable(gap.question), state: t(`gaps.state.${gap.state}`) }));
    again();
  }
  useEffect(() => {
    if (moved) status.current?.focus(); // the button that did it is gone with its proposal
  }, [moved]);
  return (
    <main id="content" class="page" tabIndex={-1} data-testid="gaps">
      <header class="page-head">
        <h1>{t("gaps.title")}</h1>
        <label class="inline">
          {t("gaps.state")}
          <select name="state" value={state} onChange={(event) => setState(event.currentTarget.value as GapState)}>
            {STATES.map((one) => (
              <option key={one} value={one}>
                {t(`gaps.state.${one}`)}
              </option>
            ))}
          </select>
        </label>
      </header>
      <p class="quiet">{t("gaps.about")}</p>
      <Figures />
      <p ref={status} role="status" class="quiet" tabIndex={-1} data-testid="gap-moved">
        {moved}
      </p>
      {error && <FailedLoad text={error} onRetry={again} />}
      {!found && !error && <Loading />}
      {found?.gaps.length === 0 && <Empty>{t(`gaps.none.${state}`)}</Empty>}
      <ul class="gaps">
        {found?.gaps.map((gap) => (
          <Settleable key={`${gap.id}-${gap.version}`} gap={gap} onSettled={settled} onStale={again} />
        ))}
      </ul>
    </main>
  );
}

/** How the cases of the last weeks were judged, and how many were not. */
function Figures() {
  const { found } = useFetched(api.figures);
  if (!found || found.ended === 0) return null;
  return (
    <details class="item card figures" data-testid="wrap-up-figures">
      <summary>
        <h2>{t("gaps.figures")}</h2>
        <Chip>{t("gaps.figures.count", { what: t("gaps.figures.ended"), count: found.ended })}</Chip>
        <Chip>{t("gaps.figures.count", { what: t("gaps.figures.judged"), count: found.judged })}</Chip>
        <Chip>{t("gaps.figures.count", { what: t("gaps.figures.unjudged"), count: found.ended - found.judged })}</Chip>
      </summary>
      <div class="customer-columns">
        <div>
          <h3>{t("gaps.figures.verdicts")}</h3>
          <Facts facts={BOT_VERDICTS.map((one) => [t(`verdict.${one}`), found.bot_could[one] ?? 0] as const)} />
        </div>
        <div>
          <h3>{t("gaps.figures.causes")}</h3>
          <Facts facts={foremost(found).map(([cause, count]) => [t(`cause.${cause}`), count] as const)} />
        </div>
      </div>
    </details>
  );
}

function foremost({ root_causes: causes }: WrapUpFigures) {
  const named = ROOT_CAUSES.map((cause) => [cause, causes[cause] ?? 0] as const).filter(([, count]) => count > 0);
  return named.sort(([, one], [, other]) => other - one).slice(0, FOREMOST);
}

interface SettleableProps {
  gap: GapView;
  onSettled: (gap: GapView) => void;
  onStale: () => void;
}

function Settleable({ gap, onSettled, onStale }: SettleableProps) {
  const [asks, setAsks] = useState<"article" | "reason" | null>(null);
  const action = useAction(gapErrorSentence);
  const question = readable(gap.question);
  const opener = useRef<HTMLButtonElement>(null);
  async function settle(call: () => Promise<GapView>) {
    const done = await action.run(async () => {
      try {
        onSettled(await call());
      } catch (failure) {
        if (failure instanceof ApiError && failure.status === 409) onStale();
        throw failure;
      }
    });
    if (done) setAsks(null);
  }
  function cancel() {
    setAsks(null);
    opener.current?.focus();
  }
  return (
    <li class="card gap" data-testid="gap" data-id={gap.id} data-state={gap.state}>
      <Gap gap={gap} />
      <div class="row-buttons">
        {gap.state === "open" ? (
          <>
            <button
              ref={opener}
              type="button"
              class="primary"
              aria-expanded={asks === "article"}
              aria-label={t("gaps.take_up_of", { question })}
              onClick={() => setAsks(asks === "article" ? null : "article")}
              data-testid="gap-take-up"
            >
              {t("gaps.take_up")}
            </button>
            <button
              type="button"
              aria-label={t("gaps.reject_of", { question })}
              onClick={() => setAsks("reason")}
              data-testid="gap-reject"
            >
              {t("gaps.reject")}
            </button>
          </>
        ) : (
          <button
            type="button"
            aria-label={t("gaps.reopen_of", { question })}
            aria-disabled={action.busy}
            onClick={() => void settle(() => api.reopenGap(gap))}
            data-testid="gap-reopen"
          >
            {t("gaps.reopen")}
          </button>
        )}
      </div>
      {asks !== "reason" && <Failure text={action.error} />}
      {asks === "article" && (
        <ArticleForm
          gap={gap}
          busy={action.busy}
          onAccept={(articleId) => void settle(() => api.takeUp(gap, articleId))}
          onCancel={cancel}
        />
      )}
      {asks === "reason" && (
        <Reject
          busy={action.busy}
          error={action.error}
          onReject={(reason) => void settle(() => api.rejectGap(gap, reason))}
          onClose={() => setAsks(null)}
        />
      )}
    </li>
  );
}

/** 409: it is not as it was when it was read. */
function gapErrorSentence(error: unknown): string {
  return error instanceof ApiError && error.status === 409 ? t("gaps.conflict") : errorSentence(error);
}

interface RejectProps {
  busy: boolean;
  error: string | null;
  onReject: (reason: string) => void;
  onClose: () => void;
}

function Reject({ busy, error, onReject, onClose }: RejectProps) {
  const [reason, setReason] = useState("");
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  return (
    <FormDialog
      title={t("gaps.reject.title")}
      name="reject-gap"
      submit={t("gaps.reject")}
      busy={busy}
      error={error}
      onSubmit={() => onReject(reason.trim())}
      onClose={onClose}
    >
      <label>
        {t("gaps.reject.reason")}
        <textarea
          ref={field}
          name="reason"
          rows={3}
          required
          maxLength={REASON_LIMIT}
          value={reason}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </label>
    </FormDialog>
  );
}

function Gap({ gap, showsState = false }: { gap: GapView; showsState?: boolean }) {
  return (
    <>
      <h2 class="gap-question" lang={gap.language}>
        {readable(gap.question)}
      </h2>
      <p class="chips">
        {showsState && <Chip kind={KIND[gap.state]}>{t(`gaps.state.${gap.state}`)}</Chip>}
        <LanguageChip language={gap.language} />
        {gap.topic && <Chip>{topicName(gap.topic)}</Chip>}
        {gap.count > 1 && <Chip kind="warn">{counted("gaps.asked", gap.count)}</Chip>}
        <span class="quiet">{t("gaps.since", { moment: moment(gap.made_at) })}</span>
      </p>
      {gap.state !== "open" && <p data-testid="gap-settled">{settledSentence(gap)}</p>}
      <ul class="gap-answers">
        {gap.answers.map((answer) => (
          <Answer key={`${answer.at}${answer.answer}`} answer={answer} gap={gap} />
        ))}
      </ul>
    </>
  );
}

const KIND: Record<GapState, string> = { open: "plain", taken_up: "good", rejected: "warn" };

function settledSentence(gap: GapView): string {
  const words = { name: gap.settled_by ?? "", moment: moment(gap.settled_at ?? gap.made_at) };
  if (gap.state === "rejected") return t("gaps.settled.rejected", { ...words, reason: readable(gap.reason) });
  return t("gaps.settled.taken_up", { ...words, article: gap.article_id ?? "" });
}

function Answer({ answer, gap }: { answer: GapAnswer; gap: GapView }) {
  return (
    <li>
      <p class="quiet">{t("gaps.answer_by", { name: answer.by, moment: moment(answer.at) })}</p>
      {answer.question !== gap.question && (
        <p class="quiet" lang={gap.language}>
          {t("gaps.asked_as", { question: readable(answer.question) })}
        </p>
      )}
      <p class="plain" lang={gap.language}>
        {readable(answer.answer)}
      </p>
      {answer.remark && <p class="quiet">{t("gaps.remark", { remark: readable(answer.remark) })}</p>}
    </li>
  );
}
