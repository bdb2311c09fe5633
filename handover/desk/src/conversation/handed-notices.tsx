import { readable } from "@widget/messages/markdown";
import type { Handed } from "../state/handed";
import { links } from "../state/route";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import { customerName } from "../ui/parts";

/** Cases that changed hands without my doing. They stay until they are opened or put away: nobody looks all the time. */
export function HandedNotices() {
  const { handed } = useWorkplace();
  return (
    <div role="alert" aria-atomic="false" class="handed-notices">
      {handed.notices.value.map((notice) => (
        <p key={notice.id} class="handed" data-testid="handed" data-id={notice.id} data-how={notice.how}>
          <span>{handedSentence(notice)}</span>
          <span class="handed-acts">
            <a href={links.conversation(notice.id)} onClick={() => handed.dismiss(notice)}>
              {t("handed.open")}
            </a>
            <button type="button" aria-label={t("handed.dismiss")} onClick={() => handed.dismiss(notice)}>
              ×
            </button>
          </span>
        </p>
      ))}
    </div>
  );
}

export function handedSentence({ how, by, to, taken, row, ...said }: Handed): string {
  const reason = readable(said.reason);
  const values = { name: readable(by), to: readable(to), case: customerName(row), reason };
  if (how === "arrived") return t("handed.arrived", values);
  if (how === "given") return t(reason ? "handed.given_because" : "handed.given", values);
  if (taken) return t("handed.taken_over", values);
  return t(reason ? "handed.moved_because" : "handed.moved", values);
}
