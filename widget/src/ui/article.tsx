import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { isRefused, type Article } from "../connection/desk";
import type { Language, Receipt } from "../connection/wire";
import type { Texts } from "../locales";
import { Markdown, readable } from "../messages/markdown";
import { useShared } from "./context";
import { date } from "./figures";

const IN_LANGUAGE: Record<Language, keyof Texts> = { de: "articleInGerman", en: "articleInEnglish" };

interface Props {
  /** Of the answer that named the article. */
  receipt: Receipt;
  /** The heading belongs to the page around the text; a new one takes the focus, because another text stands below it. */
  onTitle(title: string): void;
}

/** The article behind an answer, as it is live today. What was read stays while its twin is fetched. */
export default function ArticleReader({ receipt, onTitle }: Props): VNode {
  const { connection, say } = useShared();
  const [wanted, setWanted] = useState(receipt.language);
  const [article, setArticle] = useState<Article | null>(null);
  const [problem, setProblem] = useState<"articleGone" | "articleFailed" | null>(null);
  const [isLoading, setIsLoading] = useState(true);
  const [attempt, setAttempt] = useState(1);

  useEffect(() => {
    let isCurrent = true;
    setIsLoading(true);
    connection
      .article(receipt.article_id, wanted)
      .then(
        (found) => {
          if (!isCurrent) return;
          setArticle(found);
          setProblem(null);
          onTitle(readable(found.title));
        },
        (error: unknown) => isCurrent && setProblem(isRefused(error, 404) ? "articleGone" : "articleFailed"),
      )
      .finally(() => isCurrent && setIsLoading(false));
    return () => void (isCurrent = false);
  }, [connection, receipt, wanted, attempt]);

  const other = article?.languages.find((one) => one !== article.language);
  return (
    <div class="article" data-testid="article" aria-busy={isLoading}>
      <div role="status">
        {isLoading && <p class="quiet">{say("articleLoading")}</p>}
        {!isLoading && problem && (
          <p class="problem" data-testid="article-problem">
            {say(problem)}
          </p>
        )}
      </div>
      {problem === "articleFailed" && (
        <button
          type="button"
          class="small"
          data-testid="article-again"
          aria-disabled={isLoading}
          onClick={() => !isLoading && setAttempt(attempt + 1)}
        >
          {say("articleAgain")}
        </button>
      )}
      {article && <Text article={article} receipt={receipt} />}
      {other && (
        <button type="button" class="text-button" data-testid="article-other" onClick={() => setWanted(other)}>
          {say(IN_LANGUAGE[other])}
        </button>
      )}
    </div>
  );
}

function Text({ article, receipt }: { article: Article; receipt: Receipt }): VNode {
  const { language, say } = useShared();
  const isNewer = article.language === receipt.language && article.version !== receipt.version;
  return (
    <>
      <p class="quiet" data-testid="article-day">
        {say("articleUpdated", { day: date(article.updated_on, language) })}
      </p>
      {isNewer && (
        <p class="newer" data-testid="article-newer">
          {say("articleNewer")}
        </p>
      )}
      <div class="text" dir="auto" lang={article.language} data-testid="article-text">
        <Markdown text={article.body} />
      </div>
    </>
  );
}
