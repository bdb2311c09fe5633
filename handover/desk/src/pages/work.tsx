import { useEffect } from "preact/hooks";
import { ConversationColumn } from "../conversation/column";
import { Lists } from "../lists/lists";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import { Empty } from "../ui/parts";

/** Three columns; on a narrow screen one at a time. */
export function WorkPage({ conversation }: { conversation: string | null }) {
  const workplace = useWorkplace();
  useEffect(() => workplace.show(conversation), [conversation]);
  useEffect(() => () => workplace.show(null), []);
  const open = workplace.open.value;
  return (
    <div class="work" data-open={conversation !== null}>
      <Lists current={conversation} />
      {open && open.id === conversation ? (
        <ConversationColumn key={open.id} open={open} />
      ) : (
        <main id="content" class="conversation none" tabIndex={-1}>
          <h1 class="sr-only">{t("nav.work")}</h1>
          <Empty>{t("conversation.none")}</Empty>
        </main>
      )}
    </div>
  );
}
