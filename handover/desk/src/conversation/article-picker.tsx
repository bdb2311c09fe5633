import { readable } from "@widget/messages/markdown";
import { useRef, useState } from "preact/hooks";
import * as api from "../endings/api";
import { t } from "../texts";
import { Failure } from "../ui/dialog";
import { useFetched } from "../ui/use-fetched";
import type { Language } from "../wire";
import type { ArticleFound } from "../wire-endings";

/** Milliseconds in which a word may still get longer. */
const PAUSE = 200;
const SHORTEST = 2;

interface Props {
  chosen: ArticleFound | null;
  language: Language;
  /** What the choice is guessed from. */
  hint: string;
  onChoose: (article: ArticleFound | null) => void;
}

/** Finds the article that answers a case, by words of its title or by its id. */
export function ArticlePicker({ chosen, language, hint, onChoose }: Props) {
  const [query, setQuery] = useState("");
  const field = useRef<HTMLInputElement>(null);
  function choose(article: ArticleFound | null) {
    onChoose(article);
    setQuery("");
    field.current?.focus();
  }
  return (
    <div class="field article-picker" data-testid="article-picker">
      {chosen && (
        <p class="chosen" lang={chosen.language} data-testid="article-chosen" data-id={chosen.id}>
          {t("wrap_up.article.chosen", { title: readable(chosen.title) })}
          <button type="button" onClick={() => choose(null)}>
            {t("wrap_up.article.remove")}
          </button>
        </p>
      )}
      {chosen && hint && <p class="quiet">{hint}</p>}
      <label>
        {t("wrap_up.article.search")}
        <input
          ref={field}
          type="search"
          name="article"
          value={query}
          maxLength={200}
          onInput={(event) => setQuery(event.currentTarget.value)}
          onKeyDown={(event) => event.key === "Enter" && query && event.preventDefault()} // it searches, and ends no case
        />
      </label>
      {query.trim().length >= SHORTEST && <Found query={query.trim()} language={language} onChoose={choose} />}
    </div>
  );
}

interface FoundProps {
  query: string;
  language: Language;
  onChoose: (article: ArticleFound) => void;
}

function Found({ query, language, onChoose }: FoundProps) {
  const { found, error } = useFetched(() => api.articles(query, language), [query, language], PAUSE);
  return (
    <>
      <Failure text={error} />
      <p role="status" class="quiet">
        {found?.articles.length === 0 && t("wrap_up.article.none")}
      </p>
      <ul class="article-options">
        {found?.articles.map((article) => (
          <li key={`${article.language}/${article.id}`}>
            <button
              type="button"
              lang={article.language}
              onClick={() => onChoose(article)}
              data-testid="article-option"
              data-id={article.id}
            >
              {readable(article.title)} <code>{article.id}</code>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
