import { readable } from "@widget/messages/markdown";
import { useEffect, useRef, useState } from "preact/hooks";
import * as api from "../api";
import { fasterOne } from "../connection/http";
import type { MyOffer } from "../state/queue";
import { go, links } from "../state/route";
import { useWorkplace } from "../state/workplace";
import { counted, forCode, t } from "../texts";
import { topicName } from "../texts/routing";
import type { ConversationSummary, RoutingReason } from "../wire";
import { Failure } from "./dialog";
import { Chip, customerName, LanguageChip } from "./parts";
import { useCommands } from "./commands";
import { play } from "./sound";
import { useAction } from "./use-action";
import { useFetched } from "./use-fetched";

const SECOND = 1_000;

/** The case that is put before me. Others wait behind it; the keys act on the one in sight. */
export function Offers() {
  const { queue } = useWorkplace();
  const [first, ...others] = queue.mine.value;
  useEffect(() => {
    if (first) play();
  }, [first?.offer.offer_id]);
  return (
    <div role="status" class="offers">
      {first && <OfferCard key={first.offer.offer_id} mine={first} more={others.length} />}
    </div>
  );
}

function OfferCard({ mine: { offer, queued }, more }: { mine: MyOffer; more: number }) {
  const { busy, error, accept, decline } = useAnswers(queued.summary, offer.offer_id);
  const { queue } = useWorkplace();
  return (
    <section class="offer" aria-label={t("offer.title")} data-testid="offer" data-id={queued.summary.id}>
      <About summary={queued.summary} />
      {offer.from_name && (
        <p class="offer-from" data-testid="offer-from">
          {t("offer.from", { name: readable(offer.from_name), reason: readable(offer.reason) })}
        </p>
      )}
      {!offer.from_name && <Why because={offer.because} />}
      <Countdown until={offer.expires_at} onEnd={() => void queue.refresh()} />
      <div class="buttons">
        <button type="button" onClick={decline} disabled={busy} aria-keyshortcuts="d" data-testid="offer-decline">
          {t("offer.decline")} <kbd aria-hidden="true">d</kbd>
        </button>
        <button
          type="button"
          class="primary"
          onClick={accept}
          disabled={busy}
          aria-keyshortcuts="a"
          data-testid="offer-accept"
        >
          {t("offer.accept")} <kbd aria-hidden="true">a</kbd>
        </button>
      </div>
      <Failure text={error} />
      {more > 0 && <p class="quiet">{counted("offer.more", more)}</p>}
    </section>
  );
}

/** Yes or no, by button or key; either way the queue is looked at anew. */
function useAnswers(summary: ConversationSummary, offer: string) {
  const { id } = summary;
  const workplace = useWorkplace();
  const { busy, error, run } = useAction();

  async function answer(work: () => Promise<unknown>) {
    await run(work);
    await workplace.queue.refresh();
  }
  async function take() {
    try {
      workplace.put((await api.accept(id, offer)).summary);
      go(links.conversation(id));
    } catch (error) {
      const name = fasterOne(error);
      if (name === null) throw error;
      workplace.lose(summary, name);
    }
  }
  const accept = () => void answer(take);
  const decline = () => void answer(() => api.decline(id, offer));
  useCommands([
    { id: "accept", run: accept },
    { id: "decline", run: decline },
  ]);
  return { busy, error, accept, decline };
}

function About({ summary }: { summary: ConversationSummary }) {
  const { id, topic, language, contact, reason } = summary;
  return (
    <>
      <h2>{t("offer.for", { name: customerName(summary) })}</h2>
      <p class="offer-wish" data-testid="offer-wish">
        {useWish(id) || forCode("reason", reason ?? "")}
      </p>
      <p class="chips">
        {topic && <Chip>{topicName(topic)}</Chip>}
        <LanguageChip language={language} />
        {contact && <Chip kind="warn">{t(`contact.wish.${contact}`)}</Chip>}
      </p>
    </>
  );
}

/** Nothing sets them apart who are all alike, or alone. */
function Why({ because }: { because: readonly RoutingReason[] }) {
  return (
    <ul class="offer-why" aria-label={t("offer.why")} data-testid="offer-why">
      {because.length === 0 && <li>{t("offer.able")}</li>}
      {because.map((reason) => (
        <li key={reason}>{forCode("why_me", reason)}</li>
      ))}
    </ul>
  );
}

/** What the visitor wants, in one line; until the desk tells it, the reason of the call must do. */
function useWish(id: string): string {
  const { found } = useFetched(() => api.wish(id), [id]);
  return readable(found ?? "");
}

/** Seconds left, for the eye only: a screen reader would do nothing but count. */
function Countdown({ until, onEnd }: { until: string; onEnd: () => void }) {
  const [start] = useState(Date.now);
  const [now, setNow] = useState(start);
  const ended = useRef(onEnd);
  ended.current = onEnd;
  const end = Date.parse(until);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), SECOND);
    return () => clearInterval(timer);
  }, []);
  const isOver = now >= end;
  useEffect(() => {
    if (isOver) ended.current();
  }, [isOver]);
  const left = Math.max(0, Math.ceil((end - now) / SECOND));
  return (
    <p class="countdown" aria-hidden="true">
      <progress max={Math.max(1, end - start)} value={Math.max(0, end - now)} />
      <span data-testid="offer-left">{counted("offer.left", left)}</span>
    </p>
  );
}
