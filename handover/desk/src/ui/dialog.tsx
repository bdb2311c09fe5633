import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../texts";

interface Props {
  title: string;
  name: string;
  onClose: () => void;
  children: ComponentChildren;
}

/** A native modal dialog: the browser keeps the focus inside, gives it back, and closes on Escape. */
export function Dialog({ title, name, onClose, children }: Props) {
  const box = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useLayoutEffect(() => box.current?.showModal(), []); // at once: the next key is meant for it
  return (
    <dialog ref={box} aria-labelledby={heading} onClose={onClose} data-testid={`dialog-${name}`}>
      <h2 id={heading}>{title}</h2>
      {children}
    </dialog>
  );
}

interface FormProps extends Props {
  submit: string;
  busy: boolean;
  error: string | null;
  onSubmit: () => void;
  /** Another way out beside the two. */
  extra?: ComponentChildren;
}

/** A dialog that asks something. A refusal is told inside it, and what was filled in stays. */
export function FormDialog({ submit, busy, error, onSubmit, extra, children, ...rest }: FormProps) {
  function submitted(event: SubmitEvent) {
    event.preventDefault();
    onSubmit();
  }
  return (
    <Dialog {...rest}>
      <form onSubmit={submitted}>
        {children}
        <Failure text={error} />
        <div class="buttons">
          <button type="button" onClick={rest.onClose}>
            {t("dialog.cancel")}
          </button>
          {extra}
          <button type="submit" class="primary" disabled={busy} data-testid="dialog-submit">
            {submit}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

export function Failure({ text }: { text: string | null }) {
  return text ? (
    <p role="alert" class="failure">
      {text}
    </p>
  ) : null;
}
