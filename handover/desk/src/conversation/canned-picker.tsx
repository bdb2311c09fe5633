import type { RefObject } from "preact";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { askedAt, filled, holes, matching, textFor, knownIn, valuesFor, type Asked, type Hole } from "../canned/filling";
import type { OpenConversation } from "../state/conversation";
import { links } from "../state/route";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import { errorSentence } from "../texts/errors";
import { Failure } from "../ui/dialog";
import { Chip, Empty } from "../ui/parts";
import type { ConversationSummary, Language } from "../wire";
import type { CannedAnswer } from "../wire-canned";

export interface CannedPicker {
  asked: Asked | null;
  found: readonly CannedAnswer[];
  active: number;
  listId: string;
  optionId: (at: number) => string;
  /** What the text field tells of its own keys while the list is open. */
  attributes: Record<string, string>;
  /** Language of the text put in last, where it is not the customer's. */
  foreign: Language | null;
  /** Whether the key was the list's. */
  press: (event: KeyboardEvent) => boolean;
  look: () => void;
  open: () => void;
  pick: (answer: CannedAnswer) => void;
  /** Puts it in where the caret is, without having been looked for here. */
  insert: (answer: CannedAnswer) => void;
}

interface Place {
  open: OpenConversation;
  row: ConversationSummary;
  field: RefObject<HTMLTextAreaElement | null>;
  /** False: here nobody looks for canned answers. */
  isOn: boolean;
  write: (text: string) => void;
}

/** `/` at the beginning of a line looks for a canned answer; the arrow keys choose, Enter puts it in, Escape goes on writing. */
export function useCannedPicker({ open, row, field, isOn, write }: Place): CannedPicker {
  const { agent, canned } = useWorkplace();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [active, setActive] = useState(0);
  const [foreign, setForeign] = useState<Language | null>(null);
  /** Where Escape was pressed: that slash is meant as one. */
  const dismissed = useRef<number | null>(null);
  const listId = useId();
  const found = asked && canned.all.value ? matching(canned.all.value, asked.query) : [];
  const optionId = (at: number) => `${listId}-${at}`;

  useLayoutEffect(() => {
    setAsked(null);
    setForeign(null);
    dismissed.current = null;
  }, [open.id, isOn]);
  const isOpen = asked !== null;
  useEffect(() => {
    if (isOpen) void canned.load();
  }, [isOpen]);

  function look() {
    const { value = "", selectionStart: caret = 0, selectionEnd: end = 0 } = field.current ?? {};
    const now = isOn && caret === end ? askedAt(value, caret) : null;
    if (now?.start !== dismissed.current) dismissed.current = null;
    const next = now && dismissed.current === null ? now : null;
    if (next?.query !== asked?.query) setActive(0);
    setAsked(next);
    if (!value) setForeign(null);
  }

  function put(text: string, start: number, end: number) {
    const area = field.current;
    if (!area) return;
    area.focus();
    area.setRangeText(text, start, end, "end");
    write(area.value);
  }

  function start() {
    const { value = "", selectionStart: caret = 0 } = field.current ?? {};
    const begins = caret === 0 || value[caret - 1] === "\n";
    dismissed.current = null;
    if (!asked) put(begins ? "/" : "\n/", caret, caret);
    look();
  }

  function pick(answer: CannedAnswer, at: Pick<Asked, "start" | "end"> | null = asked) {
    if (!at || !field.current) return;
    const { text, language } = textFor(answer, row.language);
    const whole = filled(text, valuesFor(agent, row, knownIn(open)));
    put(whole, at.start, at.end);
    const hole = holes(whole)[0];
    if (hole) field.current.setSelectionRange(at.start + hole.start, at.start + hole.end);
    setAsked(null);
    setForeign(language === row.language ? null : language);
  }

  function insert(answer: CannedAnswer) {
    if (field.current) pick(answer, { start: field.current.selectionStart, end: field.current.selectionEnd });
  }

  function press(event: KeyboardEvent): boolean {
    if (!asked || event.isComposing) return false;
    if (event.key === "Escape") {
      dismissed.current = asked.start;
      setAsked(null);
      return true;
    }
    const chosen = found[active];
    if (!chosen || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return false;
    if (event.key === "Enter") pick(chosen);
    else if (event.key === "ArrowDown") setActive((active + 1) % found.length);
    else if (event.key === "ArrowUp") setActive((active + found.length - 1) % found.length);
    else return false;
    return true;
  }

  const attributes: Record<string, string> = isOn ? { "aria-autocomplete": "list", "aria-haspopup": "listbox" } : {};
  if (found.length) Object.assign(attributes, { "aria-controls": listId, "aria-activedescendant": optionId(active) });
  return { asked, found, active, listId, optionId, attributes, foreign, press, look, open: start, pick, insert };
}

/** The list above the text field. The focus stays in the field. */
export function CannedList({ picker, language }: { picker: CannedPicker; language: Language }) {
  const { asked, found, active, listId, optionId } = picker;
  const { canned } = useWorkplace();
  const chosen = useRef<HTMLLIElement>(null);
  useEffect(() => chosen.current?.scrollIntoView({ block: "nearest" }), [active, asked?.query]);
  if (!asked) return null;
  return (
    <div class="canned-list" onMouseDown={(event) => event.preventDefault()} data-testid="canned">
      {found.length > 0 && (
        <ul id={listId} role="listbox" aria-label={t("canned.title")}>
          {found.map((answer, at) => (
            <li
              key={answer.id}
              id={optionId(at)}
              ref={at === active ? chosen : null}
              role="option"
              aria-selected={at === active}
              onClick={() => picker.pick(answer)}
              data-testid="canned-option"
            >
              <Option answer={answer} language={language} />
            </li>
          ))}
        </ul>
      )}
      <div role="status">{found.length === 0 && <Nothing />}</div>
      <p class="quiet canned-foot">
        <span>{found.length > 0 && t("canned.keys")}</span> <a href={links.answers}>{t("canned.manage")}</a>
      </p>
      {canned.failure.value !== null && canned.all.value !== null && <p class="quiet">{t("canned.old")}</p>}
    </div>
  );
}

function Option({ answer, language }: { answer: CannedAnswer; language: Language }) {
  const { text, language: written } = textFor(answer, language);
  return (
    <>
      <span class="canned-name">
        <b>{answer.name}</b>
        {!answer.shared && <Chip>{t("canned.own")}</Chip>}
        {written !== language && <Chip kind="warn">{t(`canned.only.${written}`)}</Chip>}
      </span>
      <span class="canned-text" lang={written}>
        {text}
      </span>
    </>
  );
}

function Nothing() {
  const { canned } = useWorkplace();
  if (canned.all.value?.length) return <Empty>{t("canned.no_match")}</Empty>;
  if (canned.all.value) return <Empty>{t("canned.none")}</Empty>;
  if (canned.failure.value === null) return <Empty>{t("loading")}</Empty>;
  return (
    <>
      <Failure text={errorSentence(canned.failure.value)} />
      <button type="button" onClick={() => void canned.load()}>
        {t("retry")}
      </button>
    </>
  );
}

interface OpenHolesProps {
  open: readonly Hole[];
  foreign: Language | null;
  onSelect: (hole: Hole) => void;
}

/** What keeps the text from being sent, and what had better be looked at first. */
export function Unfinished({ open, foreign, onSelect }: OpenHolesProps) {
  return (
    <div role="status" class="unfinished">
      {open.length > 0 && (
        <p class="notice" data-testid="holes">
          {t("canned.fill")}
          {open.map((hole) => (
            <button key={hole.start} type="button" onClick={() => onSelect(hole)} data-testid="hole">
              {t(`canned.variable.${hole.name}`)}
            </button>
          ))}
        </p>
      )}
      {foreign && (
        <p class="notice" data-testid="foreign">
          {t(`canned.foreign.${foreign}`)}
        </p>
      )}
    </div>
  );
}
