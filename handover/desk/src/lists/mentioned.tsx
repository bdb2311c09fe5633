import { readable } from "@widget/messages/markdown";
import { links } from "../state/route";
import { useWorkplace } from "../state/workplace";
import { counted, t } from "../texts";
import { shortMoment } from "../texts/format";
import { Chip, customerName } from "../ui/parts";
import type { MentionView } from "../wire-notes";

/** Notes that name me, above all lists as long as there are any. */
export function Mentioned({ current }: { current: string | null }) {
  const open = useWorkplace().mentions.open.value;
  if (open.length === 0) return null;
  return (
    <details class="list" open data-testid="mentions">
      <summary>
        <h2>{t("mentions.title")}</h2>
        <span class="unread" data-testid="mentions-count">
          {counted("mentions.count", open.length)}
        </span>
      </summary>
      <ul>
        {open.map((one) => (
          <Line key={`${one.conversation_id} ${one.number}`} mention={one} current={one.conversation_id === current} />
        ))}
      </ul>
    </details>
  );
}

function Line({ mention, current }: { mention: MentionView; current: boolean }) {
  return (
    <li>
      <a
        class="row"
        href={links.conversation(mention.conversation_id)}
        aria-current={current ? "true" : undefined}
        data-testid="mention"
        data-id={mention.conversation_id}
      >
        <span class="row-head">
          <span class="row-name">{mention.by_name}</span>
          {mention.whisper && <Chip kind="warn">{t("composer.whisper")}</Chip>}
        </span>
        <span class="row-text">{readable(mention.text)}</span>
        <span class="row-foot">
          <time dateTime={mention.at}>{shortMoment(mention.at)}</time>
          <span>{customerName(mention.summary)}</span>
        </span>
      </a>
    </li>
  );
}
