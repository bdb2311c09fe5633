import { Markdown, readable } from "@widget/messages/markdown";
import { eventsOf, isOf, type Log } from "../state/log";
import { t } from "../texts";
import { actorName, eventSentence } from "../texts/events";
import { clock, moment, percent } from "../texts/format";
import type { ConversationSummary, DeskEvent, MessagePosted, NotePosted } from "../wire";
import { authorName } from "../ui/parts";
import { DocumentLink, Files } from "./files";
import { CreditCard, isCredit } from "./credit-card";
import { ShopCards } from "./shop-card";

interface Props {
  event: DeskEvent;
  log: Log;
  row: ConversationSummary;
}

/** One event of the log. What the bot understood stands in the dossier; that an offer was accepted, the claim after it tells. */
export function EventLine({ event, log, row }: Props) {
  if (isOf(event, "message.posted")) return <Message event={event} log={log} row={row} />;
  if (isOf(event, "note.posted")) return <Note event={event} />;
  if (isCredit(event)) return <CreditCard event={event} />;
  if (isOf(event, "bot.understood")) return null;
  if (isOf(event, "routing.offer_ended") && event.data.result === "accepted") return null;
  const bad = isOf(event, "bot.failed") || isOf(event, "identity.refused");
  return (
    <li class={bad ? "line bad" : "line"} data-testid="event" data-type={event.data.type} data-number={event.number}>
      <span>{eventSentence(event)}</span> <At iso={event.at} />
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

function Message({ event, log, row }: Props & { event: DeskEvent<MessagePosted> }) {
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
      {data.choices.length > 0 && <Choices event={event} log={log} />}
      {data.masked && <p class="message-foot">{t("message.masked")}</p>}
      {data.choice_taken && <p class="message-foot">{t("message.pressed")}</p>}
      {number === lastOwn(log) && (
        <p class="message-foot" data-testid="read-mark">
          {t(row.visitor_read >= number ? "message.read" : "message.sent")}
        </p>
      )}
    </li>
  );
}

/** Number of the last message of our side; only that one carries the read mark. */
function lastOwn(log: Log): number | undefined {
  return eventsOf(log, "message.posted").findLast((event) => event.actor.kind !== "visitor")?.number;
}

function Choices({ event, log }: { event: DeskEvent<MessagePosted>; log: Log }) {
  const taken = eventsOf(log, "message.posted").find(
    (other) => other.data.choice_taken?.message_number === event.number,
  )?.data.choice_taken?.choice_id;
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

function Note({ event }: { event: DeskEvent<NotePosted> }) {
  return (
    <li class="message note" data-testid="note" data-number={event.number}>
      <p class="message-head">
        <b>{t("note.head", { name: actorName(event.actor) })}</b> <At iso={event.at} />
      </p>
      <div class="bubble">
        <p class="plain">{readable(event.data.text)}</p>
      </div>
    </li>
  );
}
