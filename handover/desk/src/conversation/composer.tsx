import { TypingSignal } from "@widget/connection/typing";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { OpenConversation } from "../state/conversation";
import { draft } from "../state/drafts";
import { useWorkplace, type Workplace } from "../state/workplace";
import { counted, t } from "../texts";
import { MESSAGE_LIMIT, type ConversationSummary } from "../wire";
import { useShortcuts } from "../ui/shortcuts";

interface Props {
  open: OpenConversation;
  row: ConversationSummary;
}

type Mode = "message" | "note";
const TIGHT = 500;

/** Writes to the visitor while the conversation is mine, and notes among colleagues always. */
export function Composer({ open, row }: Props) {
  const workplace = useWorkplace();
  const mine = workplace.isMine(row);
  const [wanted, setWanted] = useState<Mode>("message");
  const mode = mine ? wanted : "note";
  const text = draft(open.id, mode);
  const field = useRef<HTMLTextAreaElement>(null);
  const typing = useTyping(workplace, open.id);

  function write(value: string) {
    text.value = value;
    if (mode === "note") return;
    if (value) typing.keystroke();
    else typing.stop();
  }
  function send() {
    const words = text.value.trim();
    if (!words) return;
    workplace.outbox.add({
      conversation_id: open.id,
      kind: mode,
      text: words,
      ownership_version: row.ownership_version,
    });
    text.value = "";
    typing.stop();
  }
  function press(event: KeyboardEvent) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  }
  function focus(next: Mode) {
    setWanted(next);
    field.current?.focus();
  }
  useShortcuts({ r: () => focus("message"), n: () => focus("note") });

  const left = MESSAGE_LIMIT - text.value.length;
  return (
    <section class={`composer mode-${mode}`} aria-label={t("composer.label")} data-testid="composer">
      {mine ? (
        <ModeChoice mode={mode} onChange={focus} />
      ) : (
        <p class="quiet">
          {whyNotes(row)} {draft(open.id, "message").value && <b>{t("composer.kept")}</b>}
        </p>
      )}
      <textarea
        ref={field}
        rows={3}
        lang={mode === "message" ? row.language : undefined}
        aria-label={t(`composer.${mode}`)}
        placeholder={t(`composer.${mode}.hint`)}
        maxLength={MESSAGE_LIMIT}
        value={text.value}
        onInput={(event) => write(event.currentTarget.value)}
        onKeyDown={press}
        onBlur={() => typing.stop()}
        data-testid="composer-text"
      />
      <div class="composer-foot">
        {left < TIGHT ? (
          <p class="quiet">{counted("composer.left", left)}</p>
        ) : (
          <p class="quiet keys">{t("composer.keys")}</p>
        )}
        <button type="button" class="primary" onClick={send} disabled={!text.value.trim()} data-testid="send">
          {t(`composer.${mode}.send`)}
        </button>
      </div>
    </section>
  );
}

function useTyping(workplace: Workplace, id: string): TypingSignal {
  const typing = useMemo(
    () => new TypingSignal((on) => workplace.socket.send({ type: "typing", conversation_id: id, on })),
    [workplace, id],
  );
  useEffect(() => () => typing.stop(), [typing]);
  return typing;
}

function ModeChoice({ mode, onChange }: { mode: Mode; onChange: (mode: Mode) => void }) {
  return (
    <div class="modes" role="group" aria-label={t("composer.mode")}>
      {(["message", "note"] as const).map((each) => (
        <button
          key={each}
          type="button"
          aria-pressed={mode === each}
          onClick={() => onChange(each)}
          data-testid={`mode-${each}`}
        >
          {t(`composer.${each}`)}
        </button>
      ))}
    </div>
  );
}

function whyNotes(row: ConversationSummary): string {
  return row.state === "agent"
    ? t("composer.why.agent", { name: row.owner_name ?? t("somebody") })
    : t(`composer.why.${row.state}`);
}
