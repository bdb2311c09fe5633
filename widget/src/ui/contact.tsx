import type { VNode } from "preact";
import { useRef, useState } from "preact/hooks";
import { CONTACT_NOTE_LIMIT, type ContactKind } from "../connection/wire";
import { FIELD, isPhone, type Waiting } from "../messages/waiting";
import { useFocusBack } from "./action";
import { useShared } from "./context";
import { Field, isEmail } from "./field";

/** What was typed, kept while the card is there: a refusal or a lost line takes nothing away. */
export interface Draft {
  phone: string;
  email: string;
  note: string;
}

export const NO_DRAFT: Draft = { phone: "", email: "", note: "" };

interface Props {
  kind: ContactKind;
  draft: Draft;
  setDraft(draft: Draft): void;
  waiting: Waiting;
  onCancel(): void;
}

/** How the visitor wants to be reached. Number and address go to the desk and are not kept in the browser. */
export function ContactForm({ kind, draft, setDraft, waiting, onCancel }: Props): VNode {
  const { connection, model, say } = useShared();
  const [wrong, setWrong] = useState(false);
  const [hasSent, setHasSent] = useState(false);
  const area = useRef<HTMLFormElement>(null);
  useFocusBack(area);
  const field = FIELD[kind];
  const value = draft[field];
  const invalid = field === "phone" ? "phoneInvalid" : "emailInvalid";
  const problem = wrong ? invalid : hasSent ? waiting.problem : null;

  const submit = (event: Event): void => {
    event.preventDefault();
    if (waiting.busy) return;
    const isComplete = field === "phone" ? isPhone(value) : isEmail(value);
    setWrong(!isComplete);
    if (!isComplete) return;
    setHasSent(true);
    connection.send({ type: "leave_contact", kind, value: value.trim(), note: draft.note.trim() });
  };

  const pressed = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || event.isComposing) return;
    event.stopPropagation(); // Escape closes one thing at a time
    onCancel();
  };
  return (
    <form
      ref={area}
      aria-label={say(title(kind))}
      data-testid="contact-form"
      noValidate
      onSubmit={submit}
      onKeyDown={pressed}
    >
      <Field
        form="contact"
        kind={field}
        label={say(field)}
        takesFocus
        value={value}
        problem={problem && say(problem)}
        onValue={(typed) => setDraft({ ...draft, [field]: typed })}
      />
      <label for="kulanz-contact-note">{say("contactNote")}</label>
      <textarea
        id="kulanz-contact-note"
        rows={2}
        maxLength={CONTACT_NOTE_LIMIT}
        value={draft.note}
        data-testid="contact-note"
        onInput={(event) => setDraft({ ...draft, note: event.currentTarget.value })}
      />
      <div class="buttons">
        <button type="submit" class="primary" aria-disabled={waiting.busy} data-testid="contact-send">
          {say(title(kind))}
        </button>
        <button type="button" class="text-button" data-testid="contact-cancel" onClick={onCancel}>
          {say("contactCancel")}
        </button>
      </div>
      {waiting.busy && model.connection !== "live" && <p class="quiet">{say("contactLater")}</p>}
    </form>
  );
}

const title = (kind: ContactKind) => (kind === "callback" ? "contactSendCallback" : "contactSendMail");
