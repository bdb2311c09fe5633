import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { MESSAGE_LIMIT } from "../connection/wire";
import { mailLink, unsentTexts } from "../messages/letter";
import type { Texts } from "../locales";
import { useFocusBack } from "./action";
import { useShared } from "./context";
import { Field, isEmail } from "./field";
import { useWatched } from "./watched";

interface FormProps {
  /** To a press of the visitor's: the form takes the focus. */
  isAnswer: boolean;
  onUse(): void;
  onLeave(): void;
}

/** What goes out is what waits anyway, under its own ids, and what is written here: nothing can arrive twice. */
export function MailForm({ isAnswer, onUse, onLeave }: FormProps): VNode {
  const { connection, model, say } = useShared();
  const text = useWatched(connection.draft, ({ text }) => text);
  const [email, setEmail] = useState(() => addressIn(model.outbox));
  const [problem, setProblem] = useState<keyof Texts | null>(null);
  const [hasAsked, setHasAsked] = useState(false);
  const area = useRef<HTMLFormElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  useFocusBack(area);
  useEffect(() => {
    if (isAnswer) heading.current?.focus();
  }, [isAnswer]);

  const unsent = unsentTexts(model);
  const isLive = model.connection === "live";
  const isOnItsWay = model.outbox.some(({ frame }) => frame.type === "leave_contact");
  const refusal = hasAsked && model.refused?.type === "leave_contact" ? model.refused.code : null;
  useEffect(() => {
    if (hasAsked && !isOnItsWay && !refusal) onLeave(); // arrived: the conversation tells it
  }, [hasAsked, isOnItsWay, refusal]);

  const isWrong = problem === "emailInvalid" || refusal === "invalid_email";
  const addressProblem = isWrong ? "emailInvalid" : refusal ? "refused" : null;

  const submit = (event: Event): void => {
    event.preventDefault();
    const wrong = problemIn(email, text, hasAsked || unsent.length > 0);
    setProblem(wrong);
    if (wrong) return;
    onUse();
    setHasAsked(true);
    callByMail();
  };
  const callByMail = (): void => {
    const state = model.view?.state;
    const hasCalled = model.outbox.some(({ frame }) => frame.type === "request_human");
    if (!hasCalled && state !== "waiting" && state !== "agent") connection.send({ type: "request_human" });
    connection.send({ type: "leave_contact", kind: "mail", value: email.trim(), note: "" });
    if (text.trim()) connection.send({ type: "message", text });
    connection.draft.set("");
  };

  return (
    <form class="card" ref={area} aria-labelledby="kulanz-mail" data-testid="mail-form" noValidate onSubmit={submit}>
      <h3 id="kulanz-mail" ref={heading} tabIndex={-1}>
        {say("mailTitle")}
      </h3>
      {isOnItsWay ? (
        <p role="status" data-testid="mail-queued">
          {say(isLive ? "mailSending" : "mailQueued")}
        </p>
      ) : (
        <>
          <p class="quiet">{say(isLive ? "mailBack" : "mailWhy")}</p>
          {unsent.length > 0 && <Along texts={unsent} />}
          <Field
            form="mail"
            kind="email"
            label={say("email")}
            takesFocus={false}
            value={email}
            problem={addressProblem && say(addressProblem)}
            onValue={(value) => {
              onUse();
              setEmail(value);
            }}
          />
          <label for="kulanz-mail-text">{say("message")}</label>
          <textarea
            id="kulanz-mail-text"
            rows={4}
            value={text}
            aria-invalid={problem !== null && problem !== "emailInvalid"}
            aria-describedby="kulanz-mail-problem"
            data-testid="mail-text"
            onInput={(event) => {
              onUse();
              connection.draft.set(event.currentTarget.value);
            }}
          />
          <p id="kulanz-mail-problem" class="problem" role="alert" data-testid="mail-text-problem">
            {problem && problem !== "emailInvalid" && say(problem, { count: text.length - MESSAGE_LIMIT })}
          </p>
        </>
      )}
      <div class="buttons">
        {!isOnItsWay && (
          <button type="submit" class="primary" data-testid="mail-send">
            {say(isLive ? "mailNow" : "mailLater")}
          </button>
        )}
        <button type="button" class="text-button" data-testid="mail-leave" onClick={onLeave}>
          {say(isOnItsWay ? "mailClose" : "contactCancel")}
        </button>
      </div>
      {!isOnItsWay && <ByOneself text={[...unsent, text].filter(Boolean).join("\n\n")} onUse={onUse} />}
    </form>
  );
}

function Along({ texts }: { texts: readonly string[] }): VNode {
  const { say } = useShared();
  return (
    <div data-testid="mail-along">
      <p class="quiet">{say("mailAlong")}</p>
      <ul class="along">
        {texts.map((text, place) => (
          <li key={place} dir="auto">
            {text}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** For when it stays down: the visitor's own mail program, or at least the words. */
function ByOneself({ text, onUse }: { text: string; onUse(): void }): VNode {
  const { say, serviceMail } = useShared();
  const [copied, setCopied] = useState<"mailCopied" | "mailCopyFailed" | null>(null);
  useEffect(() => setCopied(null), [text]);
  const link = serviceMail ? mailLink(serviceMail, say("mailSubject"), text) : null;
  const copy = async (): Promise<void> => {
    onUse();
    try {
      await navigator.clipboard.writeText(text);
      setCopied("mailCopied");
    } catch {
      setCopied("mailCopyFailed"); // forbidden here, or no secure address
    }
  };
  return (
    <>
      <div class="buttons">
        {link && (
          <a class="link-button" href={link.href} data-testid="mail-program" onClick={onUse}>
            {say("mailProgram")}
          </a>
        )}
        {text && (
          <button type="button" class="text-button" data-testid="mail-copy" onClick={() => void copy()}>
            {say("mailCopy")}
          </button>
        )}
      </div>
      {link && (
        <p class="quiet" data-testid="mail-address">
          {say("mailAddress", { address: serviceMail ?? "" })}
        </p>
      )}
      {link?.isShort && (
        <p class="quiet" data-testid="mail-short">
          {say("mailShort")}
        </p>
      )}
      <p class="quiet" role="status" data-testid="mail-copied">
        {copied && say(copied)}
      </p>
    </>
  );
}

/** The address given before, as long as it waits here in memory. */
function addressIn(outbox: ReturnType<typeof useShared>["model"]["outbox"]): string {
  const frame = outbox.findLast(({ frame: { type } }) => type === "identify")?.frame;
  return frame?.type === "identify" ? frame.email : "";
}

function problemIn(email: string, text: string, hasUnsent: boolean): keyof Texts | null {
  if (!isEmail(email)) return "emailInvalid";
  if (text.length > MESSAGE_LIMIT) return "tooLong";
  return text.trim() || hasUnsent ? null : "mailNoText";
}
