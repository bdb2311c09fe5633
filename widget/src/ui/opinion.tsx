import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { COMMENT_LIMIT } from "../connection/wire";
import { useFocusBack } from "./action";
import { useShared } from "./context";

export interface OpinionProps {
  /** Unique within the panel; test ids begin with it. */
  name: string;
  question: string;
  options: readonly { value: string; label: string }[];
  chosen?: string | undefined;
  comment?: string;
  /** After a step of the visitor's own; what appears by itself interrupts nobody. */
  takesFocus: boolean;
  onSend(value: string, comment: string): void;
  onSkip(): void;
}

/** One question, five answers in words, and room for a comment. */
export default function Opinion({ name, question, options, takesFocus, onSend, onSkip, ...before }: OpinionProps): VNode {
  const { say } = useShared();
  const [chosen, setChosen] = useState(before.chosen);
  const [comment, setComment] = useState(before.comment ?? "");
  const [isMissing, setIsMissing] = useState(false);
  const area = useRef<HTMLFormElement>(null);
  const first = (): HTMLInputElement | null => area.current?.querySelector("input:checked, input") ?? null;
  useFocusBack(area);
  useEffect(() => {
    if (takesFocus) first()?.focus();
  }, []);

  const submit = (event: Event): void => {
    event.preventDefault();
    if (chosen) return onSend(chosen, comment.trim());
    setIsMissing(true);
    first()?.focus();
  };
  const choose = (value: string): void => {
    setChosen(value);
    setIsMissing(false);
  };
  const id = `kulanz-${name}`;

  return (
    <form class="opinion" ref={area} data-testid={`${name}-form`} noValidate onSubmit={submit}>
      <fieldset aria-describedby={`${id}-problem`}>
        <legend>{question}</legend>
        <div class="pills">
          {options.map(({ value, label }) => (
            <label key={value} class="pill">
              <input
                type="radio"
                name={id}
                value={value}
                checked={value === chosen}
                data-testid={`${name}-${value}`}
                onChange={() => choose(value)}
              />
              <span>{label}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <p id={`${id}-problem`} class="problem" role="alert" data-testid={`${name}-problem`}>
        {isMissing && say("opinionMissing")}
      </p>
      {chosen && (
        <div class="comment">
          <label for={`${id}-comment`}>{say("opinionComment")}</label>
          <textarea
            id={`${id}-comment`}
            rows={2}
            maxLength={COMMENT_LIMIT}
            value={comment}
            data-testid={`${name}-comment`}
            onInput={(event) => setComment(event.currentTarget.value)}
          />
        </div>
      )}
      <div class="buttons">
        <button type="submit" class="primary" data-testid={`${name}-send`}>
          {say("opinionSend")}
        </button>
        <button type="button" class="text-button" data-testid={`${name}-skip`} onClick={onSkip}>
          {say("opinionSkip")}
        </button>
      </div>
    </form>
  );
}
