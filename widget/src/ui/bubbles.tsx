import type { VNode } from "preact";
import type { Receipt } from "../connection/wire";
import { Markdown, readable } from "../messages/markdown";
import type { OwnMessage, TheirMessage } from "../messages/timeline";
import { Action } from "./action";
import { useShared } from "./context";
import { Feedback } from "./feedback";
import { clock } from "./formats";
import { BotIcon, HumanIcon } from "./icons";
import { form } from "./lazy";
import { ProgressOf } from "./progress";

const FileList = form((forms) => forms.FileList);
const Article = form((forms) => forms.Article);
const DocumentButton = form((forms) => forms.DocumentButton);
const ShopCards = form((forms) => forms.ShopCards);

/** What the visitor wrote. Plain text; `isNewest` ones tell how far they have come. */
export function OwnBubble({ item, isNewest }: { item: OwnMessage; isNewest: boolean }): VNode {
  const { say } = useShared();
  return (
    <div class={`own own-${item.progress}`} data-testid="message-own" data-progress={item.progress}>
      <span class="hidden">{say("you")}: </span>
      {item.text && (
        <div class="bubble plain" dir="auto">
          {readable(item.text)}
        </div>
      )}
      {item.files.length > 0 && <FileList files={item.files} />}
      <ProgressOf item={item} isNewest={isNewest} />
    </div>
  );
}

/** What the bot or an agent wrote, each marked as what they are. */
export function TheirBubble({ item, isFirst }: { item: TheirMessage; isFirst: boolean }): VNode {
  const { language } = useShared();
  const { message } = item;
  const isHuman = item.actor.kind === "agent";
  return (
    <div class={isHuman ? "theirs theirs-human" : "theirs"} data-testid={isHuman ? "message-agent" : "message-bot"}>
      {isFirst && <Author isHuman={isHuman} name={item.actor.name} />}
      {message.text && (
        <div class="bubble" dir="auto" lang={message.receipt?.language}>
          <Markdown text={message.text} />
        </div>
      )}
      {message.files.length > 0 && <FileList files={message.files} />}
      <p class="under">
        <time dateTime={item.at}>{clock(item.at, language)}</time>
        {message.receipt && " "}
        {message.receipt && <SourceButton receipt={message.receipt} />}
      </p>
      {message.cards.length > 0 && <ShopCards cards={message.cards} />}
      {message.documents.map((document) => (
        <DocumentButton key={document.id} document={document} />
      ))}
      {message.choices.length > 0 && <Choices item={item} />}
      {message.wants_feedback && <Feedback item={item} />}
    </div>
  );
}

/** What an answer was taken from, to be read in full. */
function SourceButton({ receipt }: { receipt: Receipt }): VNode {
  const { say, sheets } = useShared();
  const open = (title: string): void => sheets.show({ title, body: <Article receipt={receipt} onTitle={open} /> });
  return (
    <button type="button" class="source" data-testid="source" onClick={() => open(readable(receipt.title))}>
      {say("source", { title: readable(receipt.title) })}
    </button>
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

