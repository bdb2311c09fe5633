import { links } from "../state/route";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import { shortMoment } from "../texts/format";
import { customerName } from "../ui/parts";

/** Cases that their visitors ended under my hands: how they went, only I can say. Nothing is there while there are none. */
export function Unjudged({ current }: { current: string | null }) {
  const { wrapUps } = useWorkplace();
  const all = wrapUps.all.value;
  if (all.length === 0) return null;
  return (
    <details class="list" open data-testid="list-unjudged">
      <summary>
        <h2>{t("wrap_up.pending")}</h2>
        <span class="count">{all.length}</span>
      </summary>
      <ul>
        {all.map(({ conversation_id: id, customer_name, ended_at: at }) => (
          <li key={id} class="row-item">
            <a
              class="row"
              href={links.conversation(id)}
              aria-current={id === current ? "true" : undefined}
              data-testid="unjudged"
              data-id={id}
            >
              <span class="row-head">
                <span class="row-name">{customerName({ id, customer_name })}</span>
              </span>
              <span class="row-foot">
                <time dateTime={at}>{t("wrap_up.ended", { moment: shortMoment(at) })}</time>
              </span>
            </a>
          </li>
        ))}
      </ul>
    </details>
  );
}
