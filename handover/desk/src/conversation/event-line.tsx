import { Markdown, readable } from "@widget/messages/markdown";
import { Component } from "preact";
import { eventsOf, isOf, type Log } from "../state/log";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import { actorName, eventSentence } from "../texts/events";
import { clock, moment, percent } from "../texts/format";
import type { ConversationSummary, DeskEvent, MessagePosted, NotePosted, Payload } from "../wire";
import { authorName } from "../ui/parts";
import { DocumentLink, Files } from "./files";
import { CreditCard, isCredit } from "./credit-card";
import { LinkedLine } from "./linked";
import { NoteText } from "./mentions";
import { ShopCards } from "./shop-card";

/** Their staff-only companion tells the same, and to whom and why. */
const TOLD_BY_THE_NEXT: ReadonlySet<Payload["type"]> = new Set([
  "conversation.transferred",
  "conversation.taken_over",
  "conversation.merged",
]);

interface Props {
  event: DeskEvent;
  log: Log;
  row: ConversationSummary;
}

/** What a line needs to know of all the others, read once for each log and not once for each line of it. */
interface Around {
  /** Number of the last message of our side; only that one carries the read mark. */
  lastOwn: number | undefined;
  /** The button that was pressed, by the number of its message. */
  taken: ReadonlyMap<number, string>;
}
const AROUND = new WeakMap<Log, Around>();

function around(log: Log): Around {
  const known = AROUND.get(log);
  if (known) return known;
  const messages = eventsOf(log, "message.posted");
  const pressed = messages.flatMap(({ data: { choice_taken: choice } }) => (choice ? [choice] : []));
  const found = {
    lastOwn: messages.findLast((event) => event.actor.kind !== "visitor")?.number,
    taken: new Map(pressed.toReversed().map((choice) => [choice.message_number, choice.choice_id])),
  };
  AROUND.set(log, found);
  return found;
}

interface LineProps {
  event: DeskEvent;
  row: ConversationSummary;
  taken: string | undefined;
  /** Whether the visitor has read it; undefined: later words carry the mark. */
  isRead: boolean | undefined;
}

/** One event of the log; drawn anew only when something about it has changed, however many events follow. */
export function EventLine({ event, log, row }: Props) {
  const { lastOwn, taken: presses } = around(log);
  const taken = presses.get(event.number);
  const isRead = event.number === lastOwn ? row.visitor_read >= event.number : undefined;
  return <Gate event={event} row={row} taken={taken} isRead={isRead} />;
}

/** Lets a line be drawn anew only for a reason. A kept vnode would do so, too, and keep with it the whole tree it was made in. */
class Gate extends Component<LineProps> {
  override shouldComponentUpdate({ event, row, taken, isRead }: LineProps): boolean {
    const { props } = this;
    return (
      event !== props.event ||
      row.id !== props.row.id ||
      row.customer_name !== props.row.customer_name ||
      taken !== props.taken ||
      isRead !== props.isRead
    );
  }

  override render({ event, row, taken, isRead }: LineProps) {
    return <Line event={event} row={row} taken={taken} isRead={isRead} />;
  }
}

/** What the bot understood stands in the dossier; that an offer was accepted, the claim after it tells. */
function Line({ event, row, taken, isRead }: LineProps) {
  if (isOf(event, "message.posted")) return <Message event={event} row={row} taken={taken} isRead={isRead} />;
  if (isOf(event, "note.posted")) return <Note event={event} row={row} />;
  if (isCredit(event)) return <CreditCard event={event} />;
  if (isOf(event, "bot.understood") || isOf(event, "suggestion.used")) return null;
  if (isOf(event, "routing.offer_ended") && event.data.result === "accepted") return null;
  if (isOf(event, "conversation.linked")) return <LinkedLine event={event} />;
  if (TOLD_BY_THE_NEXT.has(event.data.type)) return null;
  const bad = isOf(event, "bot.failed") || isOf(event, "identity.refused");
  return (
    <li class={bad ? "line bad" : "line"} data-testid="event" data-type={event.data.type} data-number={event.number}>
      <span>{eventSentence(event)}</span> <At iso={event.at} />
      {isOf(event, "service.rendered") &&
        event.data.documents.map((document) => (
          <span key={document.id} class="block">
            <DocumentLink document={document} conversation={row.id} />
          </span>
        ))}
    </li>
  );
}

export function At({ iso }: { iso: string }) {
  return (
    <time dateTime={iso} title={moment(iso)}>
      {clock(iso)}
    </time>
  );
}

function Message({ event, row, taken, isRead }: LineProps & { event: DeskEvent<MessagePosted> }) {
  const { actor, data, number } = event;
  return (
    <li
      id={`m${number}`}
      class={`message by-${actor.kind}`}
      data-testid="message"
      data-by={actor.kind}
      data-number={number}
    >
      <p class="message-head">
        <b>{authorName(actor, row)}</b> <At iso={event.at} />
      </p>
      {(data.text || !data.files.length) && (
        <div class="bubble">
          {actor.kind === "visitor" ? <p class="plain">{readable(data.text)}</p> : <Markdown text={data.text} />}
          {data.receipt && (
            <p class="source" data-testid="source">
              {t("message.source", { title: data.receipt.title, share: percent(data.receipt.score) })}
            </p>
          )}
        </div>
      )}
      <Files files={data.files} conversation={row.id} />
      {data.cards.length > 0 && <ShopCards cards={data.cards} conversation={row.id} />}
      {data.documents.map((document) => (
        <p key={document.id} class="message-foot">
          <DocumentLink document={document} conversation={row.id} />
        </p>
      ))}
      {data.choices.length > 0 && <Choices event={event} taken={taken} />}
      {data.masked && <p class="message-foot">{t("message.masked")}</p>}
      {data.choice_taken && <p class="message-foot">{t("message.pressed")}</p>}
      {isRead !== undefined && (
        <p class="message-foot" data-testid="read-mark">
          {t(isRead ? "message.read" : "message.sent")}
        </p>
      )}
    </li>
  );
}

function Choices({ event, taken }: Pick<LineProps, "taken"> & { event: DeskEvent<MessagePosted> }) {
  return (
    <ul class="choices" aria-label={t("message.choices")}>
      {event.data.choices.map((choice) => (
        <li key={choice.id} class={choice.id === taken ? "taken" : ""}>
          {choice.id === taken ? t("message.choice_taken", { label: choice.label }) : choice.label}
        </li>
      ))}
    </ul>
  );
}

function Note({ event, row }: { event: DeskEvent<NotePosted>; row: ConversationSummary }) {
  const { agent, queue } = useWorkplace();
  const { whisper_to: ear, mentions } = event.data;
  const isForMe = ear === agent.id || mentions.includes(agent.id);
  return (
    <li
      id={`m${event.number}`}
      class={`message note${ear ? " whisper" : ""}${isForMe ? " for-me" : ""}`}
      data-testid="note"
      data-number={event.number}
      data-whisper={ear ? (ear === agent.id ? "me" : "other") : undefined}
    >
      <p class="message-head">
        <b>{head()}</b> <At iso={event.at} />
      </p>
      <div class="bubble">
        <NoteText note={event.data} />
      </div>
    </li>
  );

  function head(): string {
    const name = actorName(event.actor);
    if (!ear) return t("note.head", { name });
    if (ear === agent.id) return t("whisper.from", { name });
    const to = ear === row.owner_id ? row.owner_name : queue.colleague(ear)?.name;
    return t("whisper.head", { name, to: to ?? t("somebody") });
  }
}
