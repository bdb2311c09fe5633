import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { ContactKind } from "../connection/wire";
import type { Texts } from "../locales";
import { readable } from "../messages/markdown";
import { waitingCard, type Waiting } from "../messages/waiting";
import { Action } from "./action";
import { ContactForm, NO_DRAFT } from "./contact";
import { useShared } from "./context";
import { opening, span } from "./figures";
import { HumanIcon } from "./icons";

/** Where the visitor stands, how long it may take, and what they can do instead of waiting. */
export function WaitingCard(): VNode {
  const { model, say, toComposer } = useShared();
  const waiting = waitingCard(model);
  const [asked, setAsked] = useState<ContactKind | null>(null);
  const [draft, setDraft] = useState(NO_DRAFT);
  useEffect(() => setAsked(null), [waiting.contact]);
  const cancel = (): void => {
    setAsked(null);
    toComposer();
  };
  return (
    <section class="card waiting" aria-labelledby="kulanz-waiting" data-testid="waiting-card">
      <Headline waiting={waiting} />
      {waiting.hasContact ? <Left contact={waiting.contact} /> : <p class="quiet">{say("waitingHint")}</p>}
      {asked ? (
        <ContactForm
          key={asked}
          kind={asked}
          draft={draft}
          setDraft={setDraft}
          waiting={waiting}
          onCancel={cancel}
        />
      ) : (
        <Ways hasContact={waiting.hasContact} onAsk={setAsked} />
      )}
    </section>
  );
}

/** Only the first line is read out when it changes: a range that shrinks is no news. */
function Headline({ waiting }: { waiting: Waiting }): VNode {
  const { language, say } = useShared();
  const { place, headline, presence, agents, opensAt, estimate, wait, since } = waiting;
  const range = wait ? span(wait.from_seconds, wait.to_seconds, language) : "";
  return (
    <>
      <h3 id="kulanz-waiting">
        <HumanIcon />
        <span aria-live="polite" data-testid="queue-place" data-place={place}>
          {say(headline, { place })}
        </span>
      </h3>
      {presence && (
        <p aria-live="polite" data-testid="queue-presence" data-agents={agents}>
          {say(presence, { count: agents, when: opensAt ? opening(opensAt, language) : "" })}
        </p>
      )}
      {since && (
        <p class="quiet" data-testid="queue-since">
          {say("waitingSince", { when: opening(since, language) })}
        </p>
      )}
      {estimate && !waiting.hasContact && (
        <p data-testid="queue-wait" data-sample={wait?.sample ?? 0}>
          {say(estimate, { range, sample: wait?.sample ?? 0 })}
        </p>
      )}
    </>
  );
}

const REACHED: Record<ContactKind, keyof Texts> = { callback: "contactCallback", mail: "contactMail" };

function Left({ contact }: Pick<Waiting, "contact">): VNode {
  const { say } = useShared();
  return (
    <div data-testid="contact-left">
      <p>
        <strong>{contact ? say(REACHED[contact.kind], { masked: contact.masked }) : say("contactKnown")}</strong>
      </p>
      {contact?.note && (
        <p dir="auto" data-testid="contact-note-kept">
          {say("contactNoteKept", { note: readable(contact.note) })}
        </p>
      )}
      <p class="quiet">{say("contactMayLeave")}</p>
    </div>
  );
}

function Ways({ hasContact, onAsk }: { hasContact: boolean; onAsk(kind: ContactKind): void }): VNode {
  const { connection, say } = useShared();
  return (
    <>
      <p class="quiet">{say(hasContact ? "contactChangeHint" : "contactHint")}</p>
      <div class="buttons">
        <button type="button" class="small" data-testid="ask-callback" onClick={() => onAsk("callback")}>
          {say("askCallback")}
        </button>
        <button type="button" class="small" data-testid="ask-mail" onClick={() => onAsk("mail")}>
          {say("askMail")}
        </button>
        <Action class="small" testid="give-up-waiting" onPress={() => connection.send({ type: "give_up_waiting" })}>
          {say(hasContact ? "withdraw" : "giveUp")}
        </Action>
      </div>
    </>
  );
}
