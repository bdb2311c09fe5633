import { Markdown } from "@widget/messages/markdown";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { counted, forCode, language, t } from "../texts";
import type { ArticleDraft, ArticleFile, ArticleStart, GapView } from "../wire-endings";
import { Failure } from "../ui/dialog";
import { FailedLoad, Loading } from "../ui/loading";
import { useFetched } from "../ui/use-fetched";
import * as api from "./api";

/** Milliseconds in which the next letter may come before the file is checked. */
const PAUSE = 400;
const KINDS = ["faq", "process", "term", "notice"] as const;
const drafts = new Map<string, ArticleDraft>();

interface Props {
  gap: GapView;
  busy: boolean;
  onAccept: (articleId: string) => void;
  onCancel: () => void;
}

/** Makes a proposal an article's file, checked while it is written. What was begun is kept until the page is left. */
export function ArticleForm(props: Props) {
  const { found, error, again } = useFetched(() => api.articleStart(props.gap.id), [props.gap.id]);
  if (error && !found) return <FailedLoad text={error} onRetry={again} />;
  return found ? <Begun {...props} start={found} /> : <Loading />;
}

function Begun({ gap, busy, onAccept, onCancel, start }: Props & { start: ArticleStart }) {
  const [draft, setDraft] = useState(() => drafts.get(gap.id) ?? start.draft);
  const headline = useRef<HTMLInputElement>(null);
  useEffect(() => headline.current?.focus(), []);
  const change = (part: Partial<ArticleDraft>) => {
    const next = { ...draft, ...part };
    drafts.set(gap.id, next);
    setDraft(next);
  };
  function submit(event: SubmitEvent) {
    event.preventDefault();
    onAccept(draft.article_id);
  }
  const heading = useId();
  return (
    <form class="article-form" aria-labelledby={heading} onSubmit={submit} data-testid="article-form">
      <h3 id={heading}>{t("article.form")}</h3>
      <label>
        {t("article.headline")}
        <input
          ref={headline}
          name="title"
          required
          maxLength={300}
          lang={gap.language}
          value={draft.title}
          onInput={(event) => change({ title: event.currentTarget.value })}
        />
      </label>
      <div class="article-fields">
        <Field name="article_id" label={t("article.id")} draft={draft} onChange={change} />
        <Field name="folder" label={t("article.folder")} draft={draft} options={start.folders} onChange={change} />
        <Field name="topic" label={t("article.topic")} draft={draft} options={start.topics} onChange={change} />
        <Field name="owner" label={t("article.owner")} draft={draft} onChange={change} />
        <label>
          {t("article.kind_of")}
          <select
            name="kind"
            value={draft.kind}
            onChange={(event) => change({ kind: event.currentTarget.value as ArticleDraft["kind"] })}
          >
            {KINDS.map((kind) => (
              <option key={kind} value={kind}>
                {forCode("article.kind", kind)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <label>
        {t("article.questions")}
        <textarea
          name="questions"
          rows={5}
          lang={gap.language}
          value={draft.questions.join("\n")}
          onInput={(event) => change({ questions: event.currentTarget.value.split("\n").slice(0, 40) })}
        />
      </label>
      <label>
        {t("article.body")}
        <textarea
          name="body"
          rows={8}
          lang={gap.language}
          maxLength={20_000}
          value={draft.body}
          onInput={(event) => change({ body: event.currentTarget.value })}
        />
      </label>
      <File gap={gap} draft={draft} />
      <div class="buttons">
        <button type="button" onClick={onCancel}>
          {t("dialog.cancel")}
        </button>
        <button type="submit" class="primary" disabled={busy} data-testid="article-accept">
          {t("article.accept")}
        </button>
      </div>
    </form>
  );
}

interface FieldProps {
  name: "article_id" | "folder" | "topic" | "owner";
  label: string;
  draft: ArticleDraft;
  options?: readonly string[];
  onChange: (part: Partial<ArticleDraft>) => void;
}

function Field({ name, label, draft, options, onChange }: FieldProps) {
  const list = useId();
  return (
    <label>
      {label}
      <input
        name={name}
        required
        maxLength={name === "owner" ? 300 : 60}
        value={draft[name]}
        list={options ? list : undefined}
        onInput={(event) => onChange({ [name]: event.currentTarget.value })}
      />
      {options && (
        <datalist id={list}>
          {options.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      )}
    </label>
  );
}

/** The file as it would be saved, and what the check of the knowledge room says to it. */
function File({ gap, draft }: { gap: GapView; draft: ArticleDraft }) {
  const { found, error, again } = useFetched(() => api.articleFile(gap.id, draft), [draft], PAUSE);
  const heading = useId();
  return (
    <section class="article-file" aria-labelledby={heading} data-testid="article-file">
      <h3 id={heading}>{t("article.file")}</h3>
      {error && <FailedLoad text={error} onRetry={again} />}
      {!found && !error && <Loading />}
      {found && (
        <>
          <p>
            <code>{found.path}</code>
          </p>
          <Problems file={found} />
          <pre class="article-text" tabIndex={0} aria-labelledby={heading}>
            {found.markdown}
          </pre>
          <Keep file={found} />
          <p class="quiet">{t("article.hint")}</p>
        </>
      )}
    </section>
  );
}

function Problems({ file: { problems } }: { file: ArticleFile }) {
  return (
    <>
      <p role="status" data-testid="article-check" data-problems={problems.length}>
        {problems.length ? counted("article.problems", problems.length) : t("article.fine")}
      </p>
      <ul class="lines problems-list">
        {problems.map((problem, index) => (
          <li key={index} data-testid="article-problem">
            {problem.line > 0 && <code>{t("article.line", { line: problem.line })}</code>}
            <Markdown text={problem.message[language.value]} />
            <div class="quiet">
              <Markdown text={problem.hint[language.value]} />
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}

/** The desk writes no article files itself: the text goes to the clipboard or to a file of the editor's own. */
function Keep({ file }: { file: ArticleFile }) {
  const [said, setSaid] = useState<"copied" | "copy_failed" | null>(null);
  useEffect(() => setSaid(null), [file]);
  async function copy() {
    try {
      await navigator.clipboard.writeText(file.markdown);
      setSaid("copied");
    } catch {
      setSaid("copy_failed");
    }
  }
  return (
    <>
      <div class="row-buttons">
        <button type="button" onClick={() => void copy()} data-testid="article-copy">
          {t("article.copy")}
        </button>
        <button type="button" onClick={() => download(file)} data-testid="article-download">
          {t("article.download")}
        </button>
      </div>
      <p role="status" class="quiet">
        {said === "copied" && t("article.copied")}
      </p>
      <Failure text={said === "copy_failed" ? t("article.copy_failed") : null} />
    </>
  );
}

function download({ path, markdown }: ArticleFile): void {
  const address = URL.createObjectURL(new Blob([markdown], { type: "text/markdown" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = path.split("/").at(-1)!;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1_000);
}
