import { useEffect, useRef, useState } from "preact/hooks";
import * as api from "../api";
import { DocumentLink } from "../conversation/files";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import { moment } from "../texts/format";
import { Dialog, Failure } from "../ui/dialog";
import { FailedLoad, Loading } from "../ui/loading";
import { Facts } from "../ui/section";
import { useAction } from "../ui/use-action";
import type { AgentRequestKind, ServiceAnswered } from "../wire-acting";
import { AskForProof } from "./ask-for-proof";
import type { Acting, Request } from "./context";
import { FORMS, type Form, type Given, type Params } from "./fields";
import { usePreview } from "./previewing";
import { draftOf, happens, refusal } from "./words";

interface Props extends Request {
  acting: Acting;
  onClose: () => void;
}

/** First what would happen, in words; then one key to do it; then what came of it. */
export function RequestDialog({ acting, kind, subject, onClose }: Props) {
  const [done, setDone] = useState<ServiceAnswered | null>(null);
  const waits = FORMS[kind] !== undefined && !acting.account; // fields begin with what is so now
  return (
    <Dialog title={t(`acting.name.${kind}`)} name="acting" onClose={onClose}>
      {done ? (
        <Outcome acting={acting} kind={kind} subject={subject} answer={done} onClose={onClose} />
      ) : waits ? (
        acting.failed ? <FailedLoad text={t("acting.failed")} onRetry={acting.reload} /> : <Loading />
      ) : (
        <Wish acting={acting} kind={kind} subject={subject} onDone={setDone} onClose={onClose} />
      )}
    </Dialog>
  );
}

/** Asked again, they bring the visitor the file once more. */
const REPEATED: ReadonlySet<AgentRequestKind> = new Set(["invoice.copy", "order.return_label"]);

function mayBeDone(kind: AgentRequestKind, seen: ServiceAnswered | null): boolean {
  return seen?.outcome === "offered" || (seen?.outcome === "already_done" && REPEATED.has(kind));
}

function Wish({ acting, kind, subject, onDone, onClose }: Props & { onDone: (answer: ServiceAnswered) => void }) {
  const { row, dossier, account } = acting;
  const form = FORMS[kind];
  const given: Given = { subject, account, order: dossier.orders.find(({ number }) => number === subject) };
  const [params, setParams] = useState<Params>(() => form?.start(given) ?? {});
  const [asked, setAsked] = useState<Params | null>(() => wished(form, params));
  const [days, setDays] = useState<readonly string[]>([]);
  const action = useAction();
  const submit = useRef<HTMLButtonElement>(null);
  const ask = (preview: boolean) => (sent: Params) =>
    api.act(row.id, { ownership_version: row.ownership_version, kind, subject, params: sent, preview });
  const preview = usePreview(asked, ask(true));
  const { seen } = preview;
  const ready = mayBeDone(kind, seen);

  useEffect(() => {
    if (seen?.because === "return.choose_day") setDays(String(seen.facts["days"]).split(","));
  }, [seen]);
  useEffect(() => {
    if (ready && !form) submit.current?.focus(); // one key does it; a field that is being filled in keeps the focus
  }, [ready]);

  function change(next: Params) {
    setParams(next);
    setAsked(wished(form, next));
  }
  async function go() {
    const answer = await ask(false)(asked ?? {});
    if (answer.outcome === "done" || answer.outcome === "already_done") onDone(answer);
    else preview.show(answer);
  }
  function submitted(event: SubmitEvent) {
    event.preventDefault();
    if (ready) void action.run(go);
    else if (form?.isComplete(params)) setAsked(params);
  }
  const looks = form?.typed && !asked;

  return (
    <form onSubmit={submitted} data-testid="acting-form" data-kind={kind}>
      {form && <form.Fields {...given} params={params} days={days} onChange={change} />}
      <div class="acting-seen" role="status" aria-live="polite" data-testid="acting-seen" data-outcome={seen?.outcome ?? ""}>
        {preview.looking && <p class="quiet">{t("acting.looking")}</p>}
        {seen && <Seen acting={acting} request={{ kind, subject }} answer={seen} />}
        {!asked && !looks && form && <p class="quiet">{t("acting.choose_first")}</p>}
      </div>
      {preview.failed && <FailedLoad text={preview.failed} onRetry={preview.again} />}
      <Failure text={action.error} />
      <div class="buttons">
        <button type="button" onClick={onClose}>
          {t("acting.close")}
        </button>
        <button
          ref={submit}
          type="submit"
          class="primary"
          disabled={action.busy || preview.looking || (looks ? !form.isComplete(params) : !ready)}
          data-testid="dialog-submit"
        >
          {looks ? t("acting.look") : submitText(kind, seen)}
        </button>
      </div>
    </form>
  );
}

/** What can be asked for at once: all choices are made, and nothing is typed. */
function wished(form: Form | undefined, params: Params): Params | null {
  if (!form) return params;
  return form.typed?.(params) || !form.isComplete(params) ? null : params;
}

function submitText(kind: AgentRequestKind, seen: ServiceAnswered | null): string {
  const isAgain = seen?.outcome === "already_done";
  if (isAgain && (kind === "invoice.copy" || kind === "order.return_label")) return t(`acting.again.${kind}`);
  return t(`acting.name.${kind}`);
}

interface SeenProps {
  acting: Acting;
  request: Request;
  answer: ServiceAnswered;
}

function Seen({ acting, request, answer }: SeenProps) {
  switch (answer.outcome) {
    case "offered":
      return (
        <>
          <h3>{t("acting.happens")}</h3>
          <ul class="acting-happens">
            {happens(request, answer.facts, acting.account).map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
          {answer.undo_until && <p class="quiet">{t("acting.undo_until", { moment: moment(answer.undo_until) })}</p>}
        </>
      );
    case "refused":
      return (
        <>
          <h3>{t("acting.refused")}</h3>
          <p data-testid="acting-refused" data-because={answer.because}>
            {refusal(answer.because, request.subject, answer.facts)}
          </p>
        </>
      );
    case "identity_required":
      return <AskForProof acting={acting} />;
    case "already_done":
    case "done":
      return <p>{t("acting.already", { reference: answer.reference ?? "" })}</p>;
    default:
      return <p>{t(answer.outcome === "stale" ? "error.stale_ownership" : "acting.not_found")}</p>;
  }
}

interface OutcomeProps extends Request {
  acting: Acting;
  answer: ServiceAnswered;
  onClose: () => void;
}

function Outcome({ acting, kind, subject, answer, onClose }: OutcomeProps) {
  const { row } = acting;
  const about = { kind, subject: subject || String(answer.facts["number"] ?? "") };
  const draft = draftOf(about, row.language, answer.reference ?? "", acting.account);
  return (
    <div class="acting-done" data-testid="acting-done" data-reference={answer.reference}>
      <p role="status">
        <b>{t(answer.outcome === "done" || REPEATED.has(kind) ? "acting.done" : "acting.already", { reference: answer.reference ?? "" })}</b>
      </p>
      <Facts
        facts={[
          [t("acting.reference"), answer.reference],
          [
            t("acting.documents"),
            answer.documents.length
              ? answer.documents.map((document) => (
                  <DocumentLink key={document.id} document={document} conversation={row.id} />
                ))
              : null,
          ],
        ]}
      />
      {answer.undo_until && <p class="quiet">{t("acting.undo_until", { moment: moment(answer.undo_until) })}</p>}
      <IntoReply acting={acting} draft={draft} onClose={onClose} />
    </div>
  );
}

interface IntoReplyProps {
  acting: Acting;
  draft: string;
  onClose: () => void;
}

/** What the agent may say of it: put into the field, never sent by itself. */
export function IntoReply({ acting: { row, onReply }, draft, onClose }: IntoReplyProps) {
  const workplace = useWorkplace();
  const insert = useRef<HTMLButtonElement>(null);
  useEffect(() => insert.current?.focus(), []);
  function put() {
    onClose(); // first, because a closing dialog gives the focus back
    onReply();
    const text = workplace.drafts.of(row.id, "message");
    text.value = [text.value, draft].filter(Boolean).join("\n");
    setTimeout(() => (workplace.takenBack.value += 1));
  }
  return (
    <>
      <blockquote class="acting-draft" lang={row.language}>
        {draft}
      </blockquote>
      <div class="buttons">
        <button type="button" onClick={onClose} data-testid="acting-close">
          {t("acting.close")}
        </button>
        <button ref={insert} type="button" class="primary" onClick={put} data-testid="acting-insert">
          {t("acting.insert")}
        </button>
      </div>
    </>
  );
}
