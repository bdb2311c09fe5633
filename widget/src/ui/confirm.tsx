import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Texts } from "../locales";
import { useShared } from "./context";

/** Something that is not undone again, asked once more. */
export interface Question {
  /** Of its test ids: `<name>-confirm`, `<name>-yes`, `<name>-no`. */
  name: string;
  ask: keyof Texts;
  yes: keyof Texts;
  onYes(): void;
}

/** Asks once more, in place: it was no slip of the finger. */
export function Confirm({ question: { name, ask, yes, onYes }, onDone }: ConfirmProps): VNode {
  const { say } = useShared();
  const no = useRef<HTMLButtonElement>(null);
  useEffect(() => no.current?.focus(), []);
  const confirmed = (): void => {
    onYes();
    onDone();
  };
  return (
    <div class="confirm" role="alertdialog" aria-label={say(ask)} data-testid={`${name}-confirm`}>
      <p>{say(ask)}</p>
      <button type="button" class="small" data-testid={`${name}-yes`} onClick={confirmed}>
        {say(yes)}
      </button>
      <button type="button" class="small" data-testid={`${name}-no`} ref={no} onClick={onDone}>
        {say("endNo")}
      </button>
    </div>
  );
}

interface ConfirmProps {
  question: Question;
  onDone(): void;
}
