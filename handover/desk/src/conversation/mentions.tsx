import { readable } from "@widget/messages/markdown";
import type { RefObject } from "preact";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import * as api from "../api";
import type { OpenConversation } from "../state/conversation";
import { useWorkplace } from "../state/workplace";
import { t, language } from "../texts";
import { errorSentence } from "../texts/errors";
import { Chip, Empty } from "../ui/parts";
import { Failure } from "../ui/dialog";
import type { NotePosted } from "../wire";
import type { CaseColleague } from "../wire-notes";
import { askedAt, matching, named, parts, type Asked } from "./mentioning";

export interface MentionPicker {
  asked: Asked | null;
  found: readonly CaseColleague[];
  active: number;
  listId: string;
  optionId: (at: number) => string;
  /** What the text field tells of its own keys while the list is open. */
  attributes: Record<string, string>;
  /** Whom the text names. */
  named: readonly CaseColleague[];
  /** The text may name somebody, and it is not known yet whom. */
  isBusy: boolean;
  failure: unknown;
  load: () => Promise<void>;
  /** Whether the key was the list's. */
  press: (event: KeyboardEvent) => boolean;
  look: () => void;
  pick: (colleague: CaseColleague) => void;
}

interface Place {
  open: OpenConversation;
  field: RefObject<HTMLTextAreaElement | null>;
  /** False: what is written here names nobody. */
  isOn: boolean;
  text: string;
  write: (text: string) => void;
}

/** `@` in a note looks for a colleague; the arrow keys choose, Enter puts the name in, Escape goes on writing. */
export function useMentionPicker({ open, field, isOn, text, write }: Place): MentionPicker {
  const [asked, setAsked] = useState<Asked | null>(null);
  const [active, setActive] = useState(0);
  /** Where Escape was pressed: that sign is meant as one. */
  const dismissed = useRef<number | null>(null);
  const listId = useId();
  const { colleagues, failure, load } = useColleagues(open.id, isOn && text.includes("@"));
  const found = asked ? matching(colleagues ?? [], asked.query) : [];
  /** A sign with words after it that are nobody's name is no question any more. */
  const isAsked = asked !== null && (found.length > 0 || !asked.query.includes(" "));
  const optionId = (at: number) => `${listId}-${at}`;

  useLayoutEffect(() => {
    setAsked(null);
    dismissed.current = null;
  }, [open.id, isOn]);

  function look() {
    const { value = "", selectionStart: caret = 0, selectionEnd: end = 0 } = field.current ?? {};
    const now = isOn && caret === end ? askedAt(value, caret) : null;
    if (now?.start !== dismissed.current) dismissed.current = null;
    const next = now && dismissed.current === null ? now : null;
    if (next?.query !== asked?.query) setActive(0);
    setAsked(next);
  }

  function pick({ name }: CaseColleague) {
    const area = field.current;
    if (!asked || !area) return;
    area.focus();
    area.setRangeText(`@${name} `, asked.start, asked.end, "end");
    write(area.value);
    setAsked(null);
  }

  function press(event: KeyboardEvent): boolean {
    if (!isAsked || event.isComposing) return false;
    if (event.key === "Escape") {
      dismissed.current = asked.start;
      setAsked(null);
      return true;
    }
    const chosen = found[active];
    if (!chosen || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return false;
    if (event.key === "Enter" || event.key === "Tab") pick(chosen);
    else if (event.key === "ArrowDown") setActive((active + 1) % found.length);
    else if (event.key === "ArrowUp") setActive((active + found.length - 1) % found.length);
    else return false;
    return true;
  }

  const attributes: Record<string, string> = isOn ? { "aria-autocomplete": "list", "aria-haspopup": "listbox" } : {};
  if (isAsked && found.length) {
    Object.assign(attributes, { "aria-controls": listId, "aria-activedescendant": optionId(active) });
  }
  const isBusy = isOn && text.includes("@") && colleagues === null && failure === null;
  const known = isOn && colleagues ? named(text, colleagues) : [];
  const shared = { found, active, listId, optionId, attributes, isBusy, failure, load, press, look, pick };
  return { ...shared, asked: isAsked ? asked : null, named: known };
}

/** Who may be named here; asked for once somebody is about to be. */
function useColleagues(id: string, isWanted: boolean) {
  const [colleagues, setColleagues] = useState<readonly CaseColleague[] | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  async function load() {
    setFailure(null);
    try {
      setColleagues((await api.caseColleagues(id)).colleagues);
    } catch (error) {
      setFailure(error);
    }
  }
  useEffect(() => {
    if (isWanted) void load(); // anew each time: who sees the case may have changed
  }, [id, isWanted]);
  return { colleagues, failure, load };
}

/** The list above the text field. The focus stays in the field. */
export function MentionList({ picker }: { picker: MentionPicker }) {
  const { asked, found, active, listId, optionId, failure, isBusy } = picker;
  const { agent, queue } = useWorkplace();
  const chosen = useRef<HTMLLIElement>(null);
  useEffect(() => chosen.current?.scrollIntoView({ block: "nearest" }), [active, asked?.query]);
  if (!asked) return null;
  return (
    <div class="canned-list" onMouseDown={(event) => event.preventDefault()} data-testid="mention-picker">
      {found.length > 0 && (
        <ul id={listId} role="listbox" aria-label={t("mention.title")}>
          {found.map((one, at) => {
            const status = queue.colleague(one.id);
            return (
              <li
                key={one.id}
                id={optionId(at)}
                ref={at === active ? chosen : null}
                role="option"
                aria-selected={at === active}
                onClick={() => picker.pick(one)}
                data-testid="mention-option"
              >
                <span class="canned-name">
                  <b>{one.name}</b>
                  {one.role !== agent.role && <Chip>{t(`role.${one.role}`)}</Chip>}
                  {status && <Chip kind={status.online ? "good" : "plain"}>{t(`status.${status.status}`)}</Chip>}
                </span>
              </li>
            );
          })}
        </ul>
      )}
      <div role="status">
        {found.length === 0 && failure === null && <Empty>{t(isBusy ? "loading" : "mention.nobody")}</Empty>}
        {failure !== null && (
          <>
            <Failure text={errorSentence(failure)} />
            <button type="button" onClick={() => void picker.load()}>
              {t("retry")}
            </button>
          </>
        )}
      </div>
      {found.length > 0 && <p class="quiet canned-foot">{t("mention.keys")}</p>}
    </div>
  );
}

/** Who will be told of the note, before it goes. */
export function WhoIsTold({ picker }: { picker: MentionPicker }) {
  const names = new Intl.ListFormat(language.value, { type: "conjunction" }).format(picker.named.map(({ name }) => name));
  return (
    <div role="status" class="unfinished">
      {picker.named.length > 0 && (
        <p class="quiet" data-testid="mentioning">
          {t("mention.told", { names })}
        </p>
      )}
    </div>
  );
}

/** The words of a note, with the names of those it is for. */
export function NoteText({ note }: { note: Pick<NotePosted, "text" | "mentions"> }) {
  const { agent, queue } = useWorkplace();
  const known = note.mentions.flatMap((id) => {
    const name = id === agent.id ? agent.name : queue.colleague(id)?.name;
    return name ? [{ id, name }] : [];
  });
  return (
    <p class="plain">
      {parts(note.text, known).map((part, at) =>
        part.isName ? (
          <b key={at} class={part.text === `@${agent.name}` ? "mention me" : "mention"}>
            {readable(part.text)}
          </b>
        ) : (
          readable(part.text)
        ),
      )}
    </p>
  );
}

/** Notes that name me are looked at once their conversation is before me, and only while the page is in sight. */
export function useSeenMentions(open: OpenConversation): void {
  const { mentions } = useWorkplace();
  const last = open.last.value;
  const due = mentions.open.value.some((one) => one.conversation_id === open.id && one.number <= last);
  useEffect(() => {
    if (!due) return;
    const see = () => {
      if (document.visibilityState === "visible" && document.hasFocus()) void mentions.see(open.id, last);
    };
    see();
    addEventListener("focus", see);
    return () => removeEventListener("focus", see);
  }, [due, last]);
}
