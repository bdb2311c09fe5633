import { useEffect, useRef, useState } from "preact/hooks";
import * as api from "../canned/api";
import { CannedForm } from "../canned/form";
import { matching } from "../canned/filling";
import { may } from "../state/permissions";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import { cannedErrorSentence } from "../texts/errors";
import { Failure } from "../ui/dialog";
import { FailedLoad, Loading } from "../ui/loading";
import { Chip, Empty } from "../ui/parts";
import { useAction, type Action } from "../ui/use-action";
import type { CannedAnswer } from "../wire-canned";

/** What is being written: a new one, or a change. */
type Edited = CannedAnswer | "new" | null;

/** Canned answers: everybody's, and one's own. */
export function AnswersPage() {
  const { agent, canned } = useWorkplace();
  const [query, setQuery] = useState("");
  const [edited, setEdited] = useState<Edited>(null);
  const [deleted, setDeleted] = useState<CannedAnswer | null>(null);
  const action = useAction(cannedErrorSentence);
  const create = useRef<HTMLButtonElement>(null);
  const { value: all } = canned.all;
  const { value: failure } = canned.failure;
  const found = matching(all ?? [], query);
  useEffect(() => void canned.load(), []);

  async function remove(answer: CannedAnswer) {
    const done = await action.run(async () => setDeleted(await api.remove(answer)));
    await canned.load(); // also after a refusal: somebody else was faster
    if (done && edited !== "new" && edited?.id === answer.id) setEdited(null);
  }
  async function restore(answer: CannedAnswer) {
    if (await action.run(() => api.restore(answer))) setDeleted(null);
    await canned.load();
    create.current?.focus();
  }
  async function saved() {
    setEdited(null);
    await canned.load();
    create.current?.focus();
  }
  function edit(next: Edited) {
    setEdited(next);
    if (!next) create.current?.focus();
  }

  return (
    <main id="content" class="page" tabIndex={-1} data-testid="answers">
      <header class="page-head">
        <h1>{t("canned.title")}</h1>
        <button ref={create} type="button" class="primary" onClick={() => edit("new")} data-testid="answer-new">
          {t("canned.new")}
        </button>
      </header>
      <p class="quiet">{t("canned.about")}</p>
      {edited && (
        <CannedForm
          key={edited === "new" ? "new" : edited.id}
          answer={edited === "new" ? null : edited}
          mayShare={may(agent, "keep_shared_answers")}
          onSaved={() => void saved()}
          onCancel={() => edit(null)}
        />
      )}
      <Deleted answer={deleted} action={action} onRestore={(answer) => void restore(answer)} />
      <Failure text={action.error} />
      {failure !== null && (
        <FailedLoad text={cannedErrorSentence(failure)} onRetry={() => void canned.load()} />
      )}
      {!all && failure === null && <Loading lines={5} />}
      {all && all.length > 0 && <Search query={query} onChange={setQuery} isMissed={found.length === 0} />}
      {all &&
        ([true, false] as const).map((shared) => (
          <Answers
            key={String(shared)}
            shared={shared}
            answers={found.filter((one) => one.shared === shared)}
            isEmpty={!all.some((one) => one.shared === shared)}
            isMine={!shared || may(agent, "keep_shared_answers")}
            action={action}
            onEdit={edit}
            onDelete={(answer) => void remove(answer)}
          />
        ))}
    </main>
  );
}

function Search({ query, onChange, isMissed }: { query: string; onChange: (query: string) => void; isMissed: boolean }) {
  return (
    <search>
      <label>
        {t("canned.search")}
        <input
          type="search"
          value={query}
          onInput={(event) => onChange(event.currentTarget.value)}
          data-testid="answer-search"
        />
      </label>
      <p role="status" class="quiet">
        {isMissed && t("canned.no_match")}
      </p>
    </search>
  );
}

interface DeletedProps {
  answer: CannedAnswer | null;
  action: Action;
  onRestore: (answer: CannedAnswer) => void;
}

/** The focus goes where the deed can be undone: the button that did it is gone. */
function Deleted({ answer, action, onRestore }: DeletedProps) {
  const undo = useRef<HTMLButtonElement>(null);
  useEffect(() => undo.current?.focus(), [answer?.id]);
  return (
    <div role="status">
      {answer && (
        <p class="notice" data-testid="answer-deleted">
          {t("canned.deleted", { name: answer.name })}
          <button
            ref={undo}
            type="button"
            aria-disabled={action.busy}
            onClick={() => onRestore(answer)}
            data-testid="answer-restore"
          >
            {t("undo")}
          </button>
        </p>
      )}
    </div>
  );
}

interface AnswersProps {
  shared: boolean;
  answers: readonly CannedAnswer[];
  /** There are none, whatever is looked for. */
  isEmpty: boolean;
  isMine: boolean;
  action: Action;
  onEdit: (answer: CannedAnswer) => void;
  onDelete: (answer: CannedAnswer) => void;
}

function Answers({ shared, answers, isEmpty, isMine, action, onEdit, onDelete }: AnswersProps) {
  const whose = shared ? "shared" : "own";
  return (
    <section aria-labelledby={`answers-${whose}`} class="answers" data-testid={`answers-${whose}`}>
      <h2 id={`answers-${whose}`}>{t(`canned.list.${whose}`)}</h2>
      {isEmpty && <Empty>{t(`canned.list.${whose}.none`)}</Empty>}
      <ul>
        {answers.map((answer) => (
          <li key={answer.id} class="card" data-testid="answer" data-id={answer.id}>
            <div class="answer-head">
              <h3>{answer.name}</h3>
              {isMine && (
                <div class="row-buttons">
                  <button
                    type="button"
                    aria-label={t("canned.edit_of", { name: answer.name })}
                    onClick={() => onEdit(answer)}
                    data-testid="answer-edit"
                  >
                    {t("canned.edit")}
                  </button>
                  <button
                    type="button"
                    aria-label={t("canned.delete_of", { name: answer.name })}
                    aria-disabled={action.busy}
                    onClick={() => onDelete(answer)}
                    data-testid="answer-delete"
                  >
                    {t("canned.delete")}
                  </button>
                </div>
              )}
            </div>
            <div class="answer-texts">
              <Text text={answer.text_de} language="de" />
              <Text text={answer.text_en} language="en" />
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Text({ text, language }: { text: string; language: "de" | "en" }) {
  return (
    <div>
      <Chip kind={text ? "plain" : "warn"}>{t(text ? `language.${language}` : `canned.missing.${language}`)}</Chip>
      {text && (
        <p class="plain" lang={language}>
          {text}
        </p>
      )}
    </div>
  );
}
