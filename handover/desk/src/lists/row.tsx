import { readable } from "@widget/messages/markdown";
import { links } from "../state/route";
import { useWorkplace } from "../state/workplace";
import { counted, t } from "../texts";
import { clock, elapsed, shortMoment } from "../texts/format";
import { topicName, whyThem } from "../texts/routing";
import type { ConversationSummary } from "../wire";
import { lookingText } from "../conversation/viewers";
import { PromiseMark } from "./promise";
import { Chip, customerName, LanguageChip } from "../ui/parts";

interface Props {
  row: ConversationSummary;
  /** Place in the queue, for those who wait. */
  place: number | null;
  current: boolean;
}

/** Reading signals, it is drawn anew only when its conversation or its place has changed: lists are long, and something always moves. */
export function Row({ row, place, current }: Props) {
  return (
    <li class="row-item">
      <a
        class="row"
        href={links.conversation(row.id)}
        aria-current={current ? "true" : undefined}
        data-testid="conversation-row"
        data-id={row.id}
      >
        <span class="row-head">
          <span class="row-name">{customerName(row)}</span>
          {row.unread > 0 && row.state !== "bot" && (
            <span class="unread" aria-label={counted("unread", row.unread)}>
              {row.unread}
            </span>
          )}
          <MentionMark id={row.id} />
          <Online row={row} />
        </span>
        {row.state === "waiting" ? <Waiting row={row} place={place} /> : <LastWord row={row} />}
      </a>
    </li>
  );
}

function Waiting({ row, place }: Pick<Props, "row" | "place">) {
  const since = row.waiting_since ?? row.updated_at;
  return (
    <>
      <span class="row-text">{row.reason && t(`reason.${row.reason}`)}</span>
      <span class="row-foot">
        <PromiseMark row={row} />
        {place !== null && <span class="place">{t("row.place", { place })}</span>}
        <span>{t("row.waiting", { clock: clock(since), elapsed: elapsed(since) })}</span>
        {row.topic && <Chip>{topicName(row.topic)}</Chip>}
        <LanguageChip language={row.language} />
        {row.contact && <Chip kind="good">{t(`contact.wish.${row.contact}`)}</Chip>}
        {row.priority > 0 && <Chip kind="warn">{t("row.priority", { priority: row.priority })}</Chip>}
      </span>
      <Lookers row={row} />
      <Offered row={row} />
    </>
  );
}

/** Somebody wants me here. */
function MentionMark({ id }: { id: string }) {
  const { mentions } = useWorkplace();
  if (!mentions.conversations.value.has(id)) return null;
  return (
    <span class="unread mentioned" role="img" aria-label={t("mention.mark")} title={t("mention.mark")} data-testid="mentioned">
      @
    </span>
  );
}

/** A colleague is looking at it right now: two need not. */
function Lookers({ row }: { row: ConversationSummary }) {
  const others = useWorkplace().onlookers.others(row.id);
  if (others.length === 0) return null;
  return (
    <span class="row-offer" data-testid="lookers">
      {lookingText(others, row)}
    </span>
  );
}

/** Who is asked to take it right now, and why they. */
function Offered({ row }: { row: ConversationSummary }) {
  const { queue, agent } = useWorkplace();
  const offer = queue.queued(row.id)?.offer;
  const id = offer?.agent_id ?? row.offered_to;
  if (!id) return null;
  const why = whyThem(offer?.because ?? []);
  const name = id === agent.id ? t("you") : (queue.colleague(id)?.name ?? t("somebody_asked"));
  return (
    <span class="row-offer" data-testid="offered-to" data-agent={id}>
      {why ? t("row.offered_why", { name, why }) : t("row.offered", { name })}
    </span>
  );
}

function LastWord({ row }: { row: ConversationSummary }) {
  const workplace = useWorkplace();
  const typist = workplace.typists.value.get(row.id);
  return (
    <>
      <span class="row-text">{typist?.by === "visitor" ? t("typing.short") : readable(row.last_text)}</span>
      <span class="row-foot">
        <PromiseMark row={row} />
        <time dateTime={row.updated_at}>{shortMoment(row.updated_at)}</time>
        <LanguageChip language={row.language} />
        {row.state === "agent" && row.owner_id !== workplace.agent.id && <Chip>{row.owner_name}</Chip>}
        {row.outcome && row.state === "closed" && <Chip>{t(`outcome.${row.outcome}`)}</Chip>}
      </span>
    </>
  );
}

function Online({ row }: { row: ConversationSummary }) {
  if (row.state === "closed") return null;
  const text = t(row.visitor_online ? "presence.online" : "presence.offline");
  return <span class={row.visitor_online ? "dot online" : "dot"} role="img" aria-label={text} title={text} />;
}
