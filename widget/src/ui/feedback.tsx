import type { ComponentChildren, VNode } from "preact";
import { useState } from "preact/hooks";
import type { FeedbackReason } from "../connection/wire";
import type { TheirMessage } from "../messages/timeline";
import { Action } from "./action";
import { useShared } from "./context";
import { ThumbDownIcon, ThumbUpIcon } from "./icons";
import { form } from "./lazy";
import { HumanButton } from "./partner";

const FeedbackReasons = form((forms) => forms.FeedbackReasons);

/** Whether an answer helped; who says no is asked why, once, and may leave it. The way to a human stands beside it. */
export function Feedback({ item: { number, helpful, isExplained } }: { item: TheirMessage }): VNode {
  const { connection, model, say } = useShared();
  const [isAsked, setIsAsked] = useState(false);
  const give = (isHelpful: boolean): void =>
    connection.send({ type: "feedback", message_number: number, helpful: isHelpful });

  if (helpful === null)
    return (
      <Row key="question" label={say("helpfulQuestion")}>
        <Action class="small thumb" testid="feedback-yes" onPress={() => give(true)}>
          <ThumbUpIcon />
          <span class="hidden">{say("yes")}</span>
        </Action>
        <button
          type="button"
          class="small thumb"
          data-testid="feedback-no"
          onClick={() => {
            setIsAsked(true);
            give(false);
          }}
        >
          <ThumbDownIcon />
          <span class="hidden">{say("no")}</span>
        </button>
      </Row>
    );

  const offersHuman = !helpful && model.view?.state === "bot";
  const outcome = isExplained || !offersHuman ? "thanks" : "sorry"; // a new element each, which is read out
  const explain = (reason: string, comment: string): void => {
    setIsAsked(false);
    connection.send({
      type: "feedback",
      message_number: number,
      helpful: false,
      reason: reason as FeedbackReason,
      comment,
    });
  };
  return (
    <>
      <Row key={outcome} label={say(outcome)}>
        {offersHuman && <HumanButton testid="feedback-human" />}
      </Row>
      {isAsked && !helpful && (
        <FeedbackReasons number={number} onSend={explain} onSkip={() => setIsAsked(false)} />
      )}
    </>
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
