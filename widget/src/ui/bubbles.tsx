import type { ComponentChildren, VNode } from "preact";
import { Markdown, readable } from "../messages/markdown";
import type { OwnMessage, Progress, TheirMessage } from "../messages/timeline";
import type { Texts } from "../locales";
import { Action } from "./action";
import { useShared } from "./context";
import { clock } from "./formats";
import { BotIcon, HumanIcon } from "./icons";
import { HumanButton } from "./partner";

const PROGRESS: Record<Progress, keyof Texts> = {
  waiting: "progressWaiting",
  failed: "progressFailed",
  sent: "progressSent",
  read: "progressRead",
};

/** What the visitor wrote. Plain text; `isNewest` ones tell how far they have come. */
export function OwnBubble({ item, isNewest }: { item: OwnMessage; isNewest: boolean }): VNode {
  const { connection, language, say } = useShared();
  const { clientId, progress } = item;
  const tells = isNewest || progress === "waiting" || progress === "failed";
  return (
    <div class={`own own-${progress}`} data-testid="message-own" data-progress={progress}>
      <span class="hidden">{say("you")}: </span>
      <div class="bubble plain" dir="auto">
        {readable(item.text)}
      </div>
      <p class="under">
        <time dateTime={item.at}>{clock(item.at, language)}</time>
        {tells && <span data-testid="progress"> · {say(PROGRESS[progress])}</span>}
      </p>
      {progress === "failed" && clientId && (
        <p class="under">
          <Action class="text-button" testid="retry" onPress={() => connection.retryMessage(clientId)}>
            {say("retry")}
          </Action>
          <Action class="text-button" testid="discard" onPress={() => connection.discardMessage(clientId)}>
            {say("discard")}
          </Action>
        </p>
      )}
    </div>
  );
}

/** What the bot or an agent wrote, each marked as what they are. */
export function TheirBubble({ item, isFirst }: { item: TheirMessage; isFirst: boolean }): VNode {
  const { language, say } = useShared();
  const { message } = item;
  const isHuman = item.actor.kind === "agent";
  return (
    <div class={isHuman ? "theirs theirs-human" : "theirs"} data-testid={isHuman ? "message-agent" : "message-bot"}>
      {isFirst && <Author isHuman={isHuman} name={item.actor.name} />}
      <div class="bubble" dir="auto" lang={message.receipt?.language}>
        <Markdown text={message.text} />
      </div>
      <p class="under">
        <time dateTime={item.at}>{clock(item.at, language)}</time>
        {message.receipt && " · "}
        {message.receipt && (
          <span data-testid="source">{say("source", { title: readable(message.receipt.title) })}</span>
        )}
      </p>
      {message.choices.length > 0 && <Choices item={item} />}
      {message.wants_feedback && <Feedback item={item} />}
    </div>
  );
}

function Author({ isHuman, name }: { isHuman: boolean; name: string | null }): VNode {
  const { say } = useShared();
  return (
    <p class="author">
      {isHuman ? <HumanIcon /> : <BotIcon />}
      {isHuman ? readable(name ?? "") : say("bot")}
      {isHuman && <span class="tag">{say("human")}</span>}
    </p>
  );
}

function Choices({ item: { number, message, taken } }: { item: TheirMessage }): VNode {
  const { connection, model, say } = useShared();
  const isOpen = taken === null && model.view?.state === "bot";
  return (
    <div class="choices" role="group" aria-label={say("choices")}>
      {message.choices.map(({ id, label }) => (
        <Action
          key={id}
          class={taken === id ? "choice choice-taken" : "choice"}
          testid="choice"
          disabled={!isOpen}
          pressed={taken === id}
          onPress={() => connection.send({ type: "message", choice: { message_number: number, choice_id: id } })}
        >
          {readable(label)}
        </Action>
      ))}
    </div>
  );
}

function Feedback({ item: { number, helpful } }: { item: TheirMessage }): VNode {
  const { connection, model, say } = useShared();
  const give = (isHelpful: boolean) => () =>
    connection.send({ type: "feedback", message_number: number, helpful: isHelpful });
  if (helpful === null)
    return (
      <Row label={say("helpfulQuestion")}>
        <Action class="small" testid="feedback-yes" onPress={give(true)}>
          {say("yes")}
        </Action>
        <Action class="small" testid="feedback-no" onPress={give(false)}>
          {say("no")}
        </Action>
      </Row>
    );
  const offersHuman = !helpful && model.view?.state === "bot";
  return (
    <Row label={say(helpful ? "thanks" : offersHuman ? "sorry" : "thanks")}>
      {offersHuman && <HumanButton testid="feedback-human" />}
    </Row>
  );
}

function Row({ label, children }: { label: string; children?: ComponentChildren }): VNode {
  return (
    <div class="feedback" data-testid="feedback" role="group" aria-label={label}>
      <span>{label}</span>
      {children}
    </div>
  );
}
