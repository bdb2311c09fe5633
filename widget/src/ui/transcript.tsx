import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { isRefused } from "../connection/desk";
import { formOf } from "../messages/identity";
import type { Texts } from "../locales";
import { useShared } from "./context";
import { Download } from "./document";
import { ProofForm } from "./identity";

/** The conversation to keep: as a file, or by mail to an address that was proven. */
export default function Transcript(): VNode {
  return (
    <div class="transcript" data-testid="transcript">
      <ToSave />
      <ByMail />
    </div>
  );
}

function ToSave(): VNode {
  const { connection, language, say } = useShared();
  const day = new Intl.DateTimeFormat("sv").format(new Date()); // 2026-11-22, by the visitor's own clock
  return (
    <section>
      <h4>{say("transcriptDownloadTitle")}</h4>
      <p class="quiet">{say("transcriptDownloadText")}</p>
      <Download
        name={say("transcriptFile", { day })}
        label={say("transcriptDownload")}
        testid="transcript-download"
        load={() => connection.transcript(language)}
        problemOf={(error) => (isRefused(error, 429) ? "tooMany" : "transcriptFailed")}
      />
    </section>
  );
}

function ByMail(): VNode {
  const { connection, model, say } = useShared();
  const isProven = model.view?.trust === "code" || model.view?.trust === "login";
  const [isProving, setIsProving] = useState(false);
  /** Number of the last event when it was asked for. */
  const [askedAt, setAskedAt] = useState<number | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const isOnItsWay = model.outbox.some(({ frame }) => frame.type === "mail_transcript");

  const send = (): void => {
    setAskedAt(model.cursor);
    connection.send({ type: "mail_transcript" });
  };
  useEffect(() => {
    if (!isProving || !isProven) return;
    setIsProving(false);
    button.current?.focus();
    send();
  }, [isProven, isProving]);

  const refusal = askedAt !== null && model.refused?.type === "mail_transcript" ? model.refused.code : null;
  useEffect(() => {
    if (refusal === "identity_required") setIsProving(true);
  }, [refusal]);

  const press = (): void => {
    if (isOnItsWay) return;
    if (isProven) send();
    else setIsProving(true);
  };
  return (
    <section>
      <h4>{say("transcriptMailTitle")}</h4>
      <p class="quiet">{say(isProven ? "transcriptMailProven" : "transcriptMailUnproven")}</p>
      <button
        type="button"
        class="primary"
        ref={button}
        aria-disabled={isOnItsWay || isProving}
        data-testid="transcript-mail"
        onClick={press}
      >
        {say("transcriptMail")}
      </button>
      <p class="told" role="status" data-testid="transcript-mailed">
        {askedAt !== null && <Outcome since={askedAt} refusal={refusal} isOnItsWay={isOnItsWay} />}
      </p>
      {isProving && !isProven && (
        <ProofForm
          form={formOf(model, model.view?.identity_step ?? "email")}
          place="transcript"
          takesFocus
          onDecline={() => {
            setIsProving(false);
            button.current?.focus();
          }}
        />
      )}
    </section>
  );
}

interface OutcomeProps {
  since: number;
  refusal: string | null;
  isOnItsWay: boolean;
}

const REFUSALS: Readonly<Record<string, keyof Texts>> = {
  too_many: "transcriptTooMany",
  no_address: "transcriptNoAddress",
  identity_required: "transcriptMailUnproven",
};

function Outcome({ since, refusal, isOnItsWay }: OutcomeProps): VNode | null {
  const { model, say } = useShared();
  if (refusal) return <>{say(REFUSALS[refusal] ?? "refused")}</>;
  if (isOnItsWay) return <>{say(model.connection === "live" ? "transcriptMailing" : "transcriptMailingLater")}</>;
  const sent = model.events.findLast(({ number, data }) => number > since && data.type === "transcript.sent")?.data;
  return sent?.type === "transcript.sent" ? <>{say("transcriptMailed", { email: sent.masked_email })}</> : null;
}
