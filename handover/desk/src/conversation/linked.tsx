import { Markdown, readable } from "@widget/messages/markdown";
import { useState } from "preact/hooks";
import * as api from "../api";
import { eventsOf } from "../state/log";
import { links } from "../state/route";
import { t } from "../texts";
import { actorName, eventSentence } from "../texts/events";
import { FailedLoad, Loading } from "../ui/loading";
import { Empty } from "../ui/parts";
import { useFetched } from "../ui/use-fetched";
import type { ConversationLinked, DeskEvent, QuotedMessage } from "../wire";
import { At } from "./event-line";

/** Another conversation belongs to this one: the way there, and what was said there. */
export function LinkedLine({ event }: { event: DeskEvent<ConversationLinked> }) {
  const { link, conversation_id: other, quoted } = event.data;
  return (
    <li class="line linked" data-testid="linked" data-link={link} data-id={other} data-number={event.number}>
      <span>{eventSentence(event)}</span> <At iso={event.at} />{" "}
      <a href={links.conversation(other)}>{t("linked.open")}</a>
      {link === "merged_from" && <OtherTranscript id={other} />}
      {quoted.length > 0 && (
        <details open class="quoted" data-testid="quoted">
          <summary>{t("linked.quoted")}</summary>
          <Quotes quotes={quoted} />
        </details>
      )}
    </li>
  );
}

/** Fetched once it is opened. */
function OtherTranscript({ id }: { id: string }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details class="quoted" onToggle={(event) => setIsOpen(event.currentTarget.open)} data-testid="merged">
      <summary>{t("linked.transcript")}</summary>
      {isOpen && <Fetched id={id} />}
    </details>
  );
}

function Fetched({ id }: { id: string }) {
  const { found, error, again } = useFetched(() => api.conversation(id, 0), [id]);
  if (error) return <FailedLoad text={error} onRetry={again} />;
  if (!found) return <Loading />;
  const quotes = eventsOf(found.events, "message.posted").map(asQuote);
  return (
    <>
      {found.earlier && <p class="quiet">{t("linked.newest")}</p>}
      {quotes.length ? <Quotes quotes={quotes} /> : <Empty>{t("linked.empty")}</Empty>}
    </>
  );
}

export function asQuote({ number, at, actor, data }: DeskEvent): QuotedMessage {
  const said = data.type === "message.posted" ? data : { text: "", files: [] };
  const { kind: by, name } = actor;
  return { number, at, by, name, text: said.text, files: said.files.map((file) => file.name) };
}

/** What somebody wrote elsewhere is read here, and acted on there. */
export function Quotes({ quotes }: { quotes: readonly QuotedMessage[] }) {
  return (
    <ol class="quotes">
      {quotes.map((quote) => (
        <li key={quote.number} data-testid="quote" data-by={quote.by}>
          <Quote quote={quote} formatted />
        </li>
      ))}
    </ol>
  );
}

interface QuoteProps {
  quote: QuotedMessage;
  /** With the formats and links of our side's texts; else as it was typed, for places that are pressed. */
  formatted?: boolean;
}

export function Quote({ quote: { by, name, at, text, files }, formatted = false }: QuoteProps) {
  return (
    <>
      <span class="message-head">
        <b>{readable(actorName({ kind: by, id: null, name }))}</b> <At iso={at} />
      </span>
      {text && (formatted && by !== "visitor" ? <Markdown text={text} /> : <span class="plain">{readable(text)}</span>)}
      {files.map((file) => (
        <span key={file} class="quiet">
          {t("linked.file", { name: readable(file) })}
        </span>
      ))}
    </>
  );
}
