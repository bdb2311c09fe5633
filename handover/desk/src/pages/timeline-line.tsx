import { readable } from "@widget/messages/markdown";
import { links } from "../state/route";
import { t } from "../texts";
import { moment } from "../texts/format";
import { timelineSentence } from "../texts/timeline";
import type { TimelineEntry } from "../wire-dossier";

export function TimelineLine({ entry }: { entry: TimelineEntry }) {
  const { type, at, conversation_id: conversation } = entry;
  return (
    <li data-testid="timeline-entry" data-type={type} class={`step step-${type.split(".")[0]}`}>
      <p class="step-head">
        <time dateTime={at}>{moment(at)}</time>
        {conversation && <a href={links.conversation(conversation)}>{t("timeline.conversation")}</a>}
      </p>
      <p>{readable(timelineSentence(entry))}</p>
    </li>
  );
}
