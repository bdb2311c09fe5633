import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { CreditGranted, CreditReason } from "../connection/wire";
import type { Texts } from "../locales";
import { Action } from "./action";
import { useShared } from "./context";
import { money } from "./formats";
import { BotIcon, GiftIcon, HumanIcon } from "./icons";
import { HumanButton } from "./partner";

const REASON: Record<CreditReason, keyof Texts> = {
  late_delivery: "creditLate",
  damaged_item: "creditDamaged",
  missing_item: "creditMissing",
};

/** Money that was booked. It shows the event and nothing that anybody wrote. */
export function CreditCard({ credit }: { credit: CreditGranted }): VNode {
  const { language, say } = useShared();
  const reason = REASON[credit.reason];
  return (
    <div class="card credit" data-testid="credit-card">
      <h3>
        <GiftIcon />
        {say("creditTitle")}
      </h3>
      <p class="amount" data-testid="credit-amount">
        {money(credit.amount_cents, credit.currency, language)}
      </p>
      <dl>
        <dt>{say("creditReason")}</dt>
        <dd>{reason ? say(reason) : credit.reason}</dd>
        <dt>{say("creditOrder")}</dt>
        <dd>{credit.order_number}</dd>
        <dt>{say("creditReference")}</dt>
        <dd data-testid="credit-reference">{credit.reference}</dd>
      </dl>
    </div>
  );
}

export function FailureCard({ isNewest }: { isNewest: boolean }): VNode {
  const { model, say } = useShared();
  return (
    <div class="card failure" data-testid="bot-failed">
      <p>
        <BotIcon />
        {say("botFailed")}
      </p>
      {isNewest && model.view?.state === "bot" && <HumanButton testid="failure-human" />}
    </div>
  );
}

export function WaitingCard(): VNode {
  const { connection, model, say } = useShared();
  const place = model.queue?.place ?? 0;
  const sentence = place > 1 ? "waitingPlace" : place === 1 ? "waitingNext" : "waitingNoPlace";
  return (
    <section class="card waiting" aria-labelledby="kulanz-waiting" data-testid="waiting-card">
      <h3 id="kulanz-waiting">
        <HumanIcon />
        <span aria-live="polite" data-testid="queue-place" data-place={place}>
          {say(sentence, { place })}
        </span>
      </h3>
      <p class="quiet">{say("waitingHint")}</p>
      <Action class="small" testid="give-up-waiting" onPress={() => connection.send({ type: "give_up_waiting" })}>
        {say("giveUp")}
      </Action>
    </section>
  );
}

export function ClosedCard(): VNode {
  const { connection, say } = useShared();
  return (
    <section class="card" aria-labelledby="kulanz-closed" data-testid="closed-card">
      <h3 id="kulanz-closed">{say("closedTitle")}</h3>
      <p class="quiet">{say("closedText")}</p>
      <Action class="small" testid="start-over" onPress={() => connection.startOver()}>
        {say("startOver")}
      </Action>
    </section>
  );
}

/** Asks once more, in place: an ended conversation was no slip of the finger. */
export function EndCard({ onDone }: { onDone(): void }): VNode {
  const { connection, say } = useShared();
  const no = useRef<HTMLButtonElement>(null);
  useEffect(() => no.current?.focus(), []);
  const end = (): void => {
    connection.send({ type: "end" });
    onDone();
  };
  return (
    <div class="confirm" role="alertdialog" aria-label={say("endSure")} data-testid="end-confirm">
      <p>{say("endSure")}</p>
      <button type="button" class="small" data-testid="end-yes" onClick={end}>
        {say("endYes")}
      </button>
      <button type="button" class="small" data-testid="end-no" ref={no} onClick={onDone}>
        {say("endNo")}
      </button>
    </div>
  );
}
