import { TypingSignal } from "@widget/connection/typing";
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { OpenConversation } from "../state/conversation";
import { useWorkplace, type Workplace } from "../state/workplace";
import { counted, t } from "../texts";
import { may } from "../state/permissions";
import { MESSAGE_LIMIT, type ConversationSummary, type Language, type Writing } from "../wire";
import { useCommands, type Command } from "../ui/commands";
import { Markdown } from "@widget/messages/markdown";
import { holes, textFor, type Hole } from "../canned/filling";
import type { CannedAnswer } from "../wire-canned";
import { AttachButton, Chips, useAttachments, useDrop } from "./attachments";
import { CannedList, Unfinished, useCannedPicker } from "./canned-picker";
import { MentionList, useMentionPicker, WhoIsTold } from "./mentions";
import { Suggestions, useDrafting } from "./suggestions";

interface Props {
  open: OpenConversation;
  row: ConversationSummary;
}

type Mode = "message" | "note" | "whisper";
const TIGHT = 500;
/** Milliseconds in which a message can be taken back. */
const REGRET = 5_000;

/** Writes to the visitor while the conversation is mine, and notes among colleagues always; supervisors whisper to its agent. */
export function Composer({ open, row }: Props) {
  const workplace = useWorkplace();
  const mine = workplace.isMine(row);
  const [wanted, setWanted] = useState<Mode>("message");
  const modes = modesOf(row, mine, may(workplace.agent, "supervise"));
  const mode = modes.includes(wanted) ? wanted : modes[0]!;
  const text = workplace.drafts.of(open.id, mode);
  const field = useRef<HTMLTextAreaElement>(null);
  useGoingOn({ wanted, mode, modes, field, onStay: setWanted, draft: (of) => workplace.drafts.of(open.id, of).peek() });
  const sendBy = workplace.writing.settings.value.send_by;
  const typing = useTyping(workplace, open.id, mode === "message" ? "message" : "note");
  const attachments = useAttachments(open.id);
  const takesFiles = mode === "message";
  const attached = takesFiles ? attachments.items : [];
  /** Send was pressed while files were still on their way. */
  const [isDue, setIsDue] = useState(false);
  const area = useRef<HTMLElement>(null);
  const isOver = useDrop(area, takesFiles ? attachments.add : null);
  const left = MESSAGE_LIMIT - text.value.length;
  const canSend =
    left >= 0 && Boolean(text.value.trim() || attached.length) && !(attached.length && attachments.hasProblem);
  const [isPreviewed, setPreviewed] = useState(false);
  const picker = useCannedPicker({ open, row, field, isOn: mode === "message", write });
  const mentioning = useMentionPicker({ open, field, isOn: mode === "note", text: text.value, write });
  /** Notes may quote what a canned answer looks like. */
  const unfilled = mode === "message" ? holes(text.value) : [];

  const drafting = useDrafting({ open, row, field, isOn: mode === "message", text: text.value, write });

  function write(value: string) {
    text.value = value;
    if (value) typing.keystroke();
    else typing.stop();
  }
  function send() {
    const isBusy = (attached.length > 0 && attachments.isBusy) || mentioning.isBusy;
    if (!canSend) return;
    if (unfilled[0]) return select(unfilled[0]);
    setIsDue(isBusy);
    if (isBusy) return;
    const files = attached.length ? workplace.trays.of(open.id).tray.take() : [];
    const message = {
      conversation_id: open.id,
      kind: mode,
      text: text.value.trim(),
      files,
      ownership_version: row.ownership_version,
      ...(mentioning.named.length > 0 && { mentions: mentioning.named.map(({ id }) => id) }),
      ...(mode === "whisper" && row.owner_id && { whisper_to: row.owner_id }),
      ...(mode === "message" && { drafted: open.suggesting.takeUsed(text.value) }),
    };
    workplace.outbox.add(message, mode === "message" && workplace.writing.settings.value.undo ? REGRET : 0);
    text.value = "";
    typing.stop();
  }
  useEffect(() => setIsDue(false), [open.id, mode]);
  useUpdate(() => focus("message"), workplace.takenBack.value);
  useUpdate(() => focus("note"), workplace.noteWanted.value);
  useEffect(() => {
    if (!isDue || attachments.isBusy || mentioning.isBusy) return;
    setIsDue(false);
    send(); // nothing happens where a file has failed or all were taken away
  }, [isDue, attachments.isBusy, mentioning.isBusy]);
  function paste(event: ClipboardEvent) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!takesFiles || !files.length) return;
    event.preventDefault();
    attachments.add(files);
  }
  function select({ start, end }: Hole) {
    field.current?.focus();
    field.current?.setSelectionRange(start, end);
  }
  function press(event: KeyboardEvent) {
    if (picker.press(event) || mentioning.press(event) || (mode === "message" && drafting.press(event))) return event.preventDefault();
    if (event.isComposing) return;
    const isHeld = event.ctrlKey || event.metaKey;
    if (event.key === "z" && isHeld && !text.value && workplace.takeBack(open.id)) return event.preventDefault();
    if (event.key !== "Enter" || (sendBy === "enter" ? event.shiftKey : !isHeld)) return;
    event.preventDefault();
    send();
  }
  function look() {
    picker.look();
    mentioning.look();
  }
  function focus(next: Mode) {
    setWanted(next);
    field.current?.focus();
  }
  useCommands([
    { id: "reply", run: () => focus("message"), when: mine },
    { id: "note", run: () => focus("note") },
    { id: "whisper", run: () => focus("whisper"), when: modes.includes("whisper") },
    { id: "canned.open", title: t("command.canned"), place: "writing", when: mode === "message", run: picker.open },
    {
      id: "attach",
      title: t("command.attach"),
      place: "writing",
      when: takesFiles,
      run: () => area.current?.querySelector<HTMLInputElement>('input[type="file"]')?.click(),
    },
    {
      id: "preview",
      title: t(isPreviewed ? "command.preview_off" : "command.preview_on"),
      place: "writing",
      when: mode === "message",
      run: () => setPreviewed(!isPreviewed),
    },
    ...cannedCommands(workplace, row.language, mode === "message", picker.insert),
  ]);

  return (
    <section ref={area} class={`composer mode-${mode}${isOver ? " over" : ""}`} aria-label={t("composer.label")} data-testid="composer">
      {modes.length > 1 && <ModeChoice modes={modes} mode={mode} onChange={focus} />}
      {!mine && (
        <p class="quiet">
          {whyNotes(row)} {workplace.drafts.of(open.id, "message").value && <b>{t("composer.kept")}</b>}
        </p>
      )}
      {mode === "message" && <Suggestions open={open} drafting={drafting} field={field} />}
      <CannedList picker={picker} language={row.language} />
      <MentionList picker={mentioning} />
      <textarea
        ref={field}
        rows={2}
        spellcheck
        lang={mode === "message" ? row.language : undefined}
        aria-label={t(`composer.${mode}`)}
        placeholder={t(`composer.${mode}.hint`)}
        maxLength={MESSAGE_LIMIT}
        value={text.value}
        {...picker.attributes}
        {...mentioning.attributes}
        onInput={(event) => {
          write(event.currentTarget.value);
          look();
        }}
        onSelect={look}
        onKeyDown={press}
        onPaste={paste}
        onBlur={() => typing.stop()}
        data-writes={mine || undefined}
        data-testid="composer-text"
      />
      <Unfinished open={unfilled} foreign={picker.foreign} onSelect={select} />
      <WhoIsTold picker={mentioning} />
      {isPreviewed && takesFiles && <Preview text={text.value} language={row.language} />}
      {takesFiles && (
        <Chips
          id={open.id}
          attachments={attachments}
          wantsToSend={isDue}
          onRemoved={() => field.current?.focus()}
        />
      )}
      <div class="composer-foot">
        {takesFiles && (
          <div class="composer-tools">
            <AttachButton onFiles={attachments.add} />
            <button type="button" onClick={picker.open} data-testid="canned-open">
              {t("canned.title")}
            </button>
            <button
              type="button"
              aria-pressed={isPreviewed}
              onClick={() => setPreviewed(!isPreviewed)}
              data-testid="preview-toggle"
            >
              {t("composer.preview")}
            </button>
          </div>
        )}
        {left < 0 ? (
          <p class="bad-text">{counted("composer.too_long", -left)}</p>
        ) : left < TIGHT ? (
          <p class="quiet">{counted("composer.left", left)}</p>
        ) : (
          <p class="quiet keys">{t(`composer.keys.${sendBy}`)}</p>
        )}
        <button type="button" class="primary" onClick={send} disabled={!canSend} data-testid="send">
          {t(`composer.${mode}.send`)}
        </button>
      </div>
    </section>
  );
}

/** Found in the command bar by name and text. */
const cannedCommands = (
  { canned }: Workplace,
  language: Language,
  when: boolean,
  insert: (answer: CannedAnswer) => void,
): Command[] =>
  (canned.all.value ?? []).map((answer) => ({
    id: `canned.${answer.id}`,
    title: answer.name,
    words: textFor(answer, language).text,
    place: "answers",
    when,
    run: () => insert(answer),
  }));

/** As the visitor will see it. */
function Preview({ text, language }: { text: string; language: Language }) {
  return (
    <div class="preview" role="region" aria-label={t("composer.preview")} data-testid="preview">
      {text.trim() ? (
        <div class="bubble" lang={language}>
          <Markdown text={text} />
        </div>
      ) : (
        <p class="quiet">{t("composer.preview.empty")}</p>
      )}
    </div>
  );
}

interface GoingOn {
  /** What was chosen, and what it has come to. */
  wanted: Mode;
  mode: Mode;
  modes: readonly Mode[];
  field: RefObject<HTMLTextAreaElement | null>;
  onStay: (mode: Mode) => void;
  draft: (mode: Mode) => string;
}

/** The case becomes mine while I write a note: that stays the note it is, or the rest of it would go to the visitor. */
function useGoingOn({ wanted, mode, modes, field, onStay, draft }: GoingOn): void {
  const before = useRef({ wanted, mode });
  useLayoutEffect(() => {
    const was = before.current;
    before.current = { wanted, mode };
    const isMoved = was.mode !== mode && was.wanted === wanted && modes.includes(was.mode);
    if (isMoved && document.activeElement === field.current && draft(was.mode)) onStay(was.mode);
  }, [wanted, mode]);
}

/** Not at first, but whenever `value` changes. */
function useUpdate(act: () => void, value: unknown): void {
  const before = useRef(value);
  useEffect(() => {
    if (before.current === value) return;
    before.current = value;
    act();
  }, [value]);
}

/** Colleagues see what is written here, the visitor only an answer to them. */
function useTyping(workplace: Workplace, id: string, about: Writing): TypingSignal {
  const typing = useMemo(
    () => new TypingSignal((on) => workplace.socket.send({ type: "typing", conversation_id: id, on, about })),
    [workplace, id, about],
  );
  useEffect(() => () => typing.stop(), [typing]);
  return typing;
}

/** What can be written here; the first is what is meant if nobody says otherwise. */
function modesOf(row: ConversationSummary, mine: boolean, supervises: boolean): readonly Mode[] {
  if (mine) return ["message", "note"];
  return supervises && row.state === "agent" ? ["note", "whisper"] : ["note"];
}

interface ModeChoiceProps {
  modes: readonly Mode[];
  mode: Mode;
  onChange: (mode: Mode) => void;
}

function ModeChoice({ modes, mode, onChange }: ModeChoiceProps) {
  return (
    <div class="modes" role="group" aria-label={t("composer.mode")}>
      {modes.map((each) => (
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
