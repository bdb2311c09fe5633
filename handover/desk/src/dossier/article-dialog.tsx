import { Markdown } from "@widget/messages/markdown";
import * as api from "../api";
import { t } from "../texts";
import { day } from "../texts/format";
import { Dialog, Failure } from "../ui/dialog";
import { Empty } from "../ui/parts";
import { useFetched } from "../ui/use-fetched";
import type { Language } from "../wire";

interface Props {
  id: string;
  language: Language;
  onClose: () => void;
}

/** An article as visitors read it now. */
export function ArticleDialog({ id, language, onClose }: Props) {
  const { found, error, again } = useFetched(() => api.article(language, id), [id, language]);
  return (
    <Dialog title={found?.title ?? t("article.title")} name="article" onClose={onClose}>
      {found ? (
        <div class="article-body" lang={found.language}>
          <Markdown text={found.body} />
        </div>
      ) : (
        !error && <Empty>{t("loading")}</Empty>
      )}
      {found && <p class="quiet">{t("article.since", { day: day(found.updated_on) })}</p>}
      <Failure text={error} />
      <div class="buttons">
        {error && (
          <button type="button" onClick={again}>
            {t("retry")}
          </button>
        )}
        <button type="button" class="primary" onClick={onClose}>
          {t("dialog.close")}
        </button>
      </div>
    </Dialog>
  );
}
