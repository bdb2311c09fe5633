import type { VNode } from "preact";
import type { FeedbackReason } from "../connection/wire";
import type { Texts } from "../locales";
import { useShared } from "./context";
import Opinion from "./opinion";

const REASONS: readonly [FeedbackReason, keyof Texts][] = [
  ["wrong", "reasonWrong"],
  ["unclear", "reasonUnclear"],
  ["incomplete", "reasonIncomplete"],
  ["outdated", "reasonOutdated"],
  ["other", "reasonOther"],
];

interface Props {
  /** Of the answer that did not help. */
  number: number;
  onSend(reason: string, comment: string): void;
  onSkip(): void;
}

/** What did not fit; whoever is asked has just said that an answer did not help. */
export function FeedbackReasons({ number, onSend, onSkip }: Props): VNode {
  const { say } = useShared();
  return (
    <Opinion
      name={`reason-${number}`}
      question={say("reasonQuestion")}
      options={REASONS.map(([value, label]) => ({ value, label: say(label) }))}
      takesFocus
      onSend={onSend}
      onSkip={onSkip}
    />
  );
}
