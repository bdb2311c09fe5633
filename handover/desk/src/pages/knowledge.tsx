import { Markdown } from "@widget/messages/markdown";
import { useEffect, useState } from "preact/hooks";
import * as api from "../api";
import { counted, forCode, language, t } from "../texts";
import { errorSentence } from "../texts/errors";
import { moment } from "../texts/format";
import type { ArticleListed, KnowledgeProblem, KnowledgeStatus } from "../wire-dossier";
import { Failure } from "../ui/dialog";
import { Chip, Empty } from "../ui/parts";
import { Facts } from "../ui/section";

const EVERY = 2_000;

/** What the bot answers from, and what is wrong with it; kept fresh while somebody looks. */
export function KnowledgePage() {
  const [status, setStatus] = useState<KnowledgeStatus | null>(null);
  const [error, setError] = useState<string | null>(null);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    let gone = false;
    const refresh = async () => {
      if (document.visibilityState === "visible") await ask();
      if (!gone) timer = setTimeout(() => void refresh(), EVERY);
    };
    const ask = async () => {
      try {
        setStatus(await api.knowledge());
        setError(null);
      } catch (failure) {
        setError(errorSentence(failure));
      }
    };
    void refresh();
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, []);

  return (
    <main id="content" class="page" tabIndex={-1}>
      <h1>{t("nav.knowledge")}</h1>
      <Failure text={error} />
      {status ? <Status status={status} /> : !error && <Empty>{t("loading")}</Empty>}
    </main>
  );
}

function Status({ status }: { status: KnowledgeStatus }) {
  return (
    <>
      <section class="card" aria-label={t("knowledge.index")} data-testid="index-status">
        <header class="page-head">
          <h2>{t("knowledge.index")}</h2>
          <span aria-live="polite">
            <Chip kind={status.problems.length ? "warn" : "good"}>{headline(status)}</Chip>
          </span>
        </header>
        <Facts
          facts={[
            [t("knowledge.version"), status.version ? <code>{status.version}</code> : t("knowledge.version.none")],
            [t("knowledge.built_at"), status.built_at && moment(status.built_at)],
            [t("knowledge.articles"), status.articles],
            [t("knowledge.passages"), status.passages],
            [t("knowledge.model"), status.model],
          ]}
        />
      </section>
      <Findings name="problem" found={status.problems} effect={t("knowledge.problems.serving")} />
      <Findings name="warning" found={status.warnings} effect={t("knowledge.warnings.published")} />
      <Articles articles={status.list} />
    </>
  );
}

function headline(status: KnowledgeStatus): string {
  if (status.building) return t("knowledge.building");
  if (status.problems.length > 0) return counted("knowledge.problems", status.problems.length);
  if (status.warnings.length > 0) return counted("knowledge.warnings", status.warnings.length);
  return t("knowledge.fine");
}

interface FindingsProps {
  name: "problem" | "warning";
  found: readonly KnowledgeProblem[];
  /** What follows from them. */
  effect: string;
}

/** What is wrong where, and how to mend it. */
function Findings({ name, found, effect }: FindingsProps) {
  if (found.length === 0) return null;
  const title = t(`knowledge.${name}s.title`);
  return (
    <section class={`card ${name}s`} aria-label={title}>
      <h2>{title}</h2>
      <p>{effect}</p>
      <ul class="lines">
        {found.map((problem, index) => (
          <li key={index} data-testid={name}>
            <code class="wide">
              {problem.line ? t("knowledge.place", { file: problem.file, line: problem.line }) : problem.file}
            </code>
            <div class="wide">
              <Markdown text={problem.message[language.value]} />
            </div>
            <div class="quiet wide">
              <Markdown text={problem.hint[language.value]} />
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Articles({ articles }: { articles: readonly ArticleListed[] }) {
  if (articles.length === 0) return <Empty>{t("knowledge.none")}</Empty>;
  const ordered = [...articles].sort(
    (one, other) => one.id.localeCompare(other.id) || one.language.localeCompare(other.language),
  );
  return (
    <div class="table-box" role="region" aria-label={t("knowledge.articles")} tabIndex={0}>
      <table data-testid="articles">
        <thead>
          <tr>
            <th scope="col">{t("knowledge.title")}</th>
            <th scope="col">{t("language.label")}</th>
            <th scope="col">{t("knowledge.kind")}</th>
            <th scope="col">{t("knowledge.questions")}</th>
            <th scope="col">{t("knowledge.file")}</th>
          </tr>
        </thead>
        <tbody>
          {ordered.map((article) => (
            <tr key={article.file}>
              <th scope="row" lang={article.language}>
                {article.title}
              </th>
              <td>{t(`language.${article.language}`)}</td>
              <td>{forCode("article.kind", article.kind)}</td>
              <td class="number">{article.questions}</td>
              <td>
                <code>{article.file}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
