/** Drafts above the text field. One key puts one in; nothing is ever sent by itself. */

import { readable } from "@widget/messages/markdown";
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { filled, knownIn, valuesFor } from "../canned/filling";
import { ArticleDialog } from "../dossier/article-dialog";
import { reveal } from "../dossier/reveal";
import type { OpenConversation } from "../state/conversation";
import { occasion, unreadText, type Suggesting } from "../state/suggestions";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import { now, percent } from "../texts/format";
import { useCommands, type Command } from "../ui/commands";
import { KEYS, keyText } from "../ui/keys";
import type { ConversationSummary } from "../wire";
import type { Suggestion } from "../wire-suggestions";

const PLACES = [1, 2, 3] as const;
const keyOf = (place: number) => `draft_${place}` as "draft_1" | "draft_2" | "draft_3";

interface Place {
  open: OpenConversation;
  row: ConversationSummary;
  field: RefObject<HTMLTextAreaElement | null>;
  /** False: nobody answers the visitor here just now. */
  isOn: boolean;
  text: string;
  write: (text: string) => void;
}

export interface Drafting {
  suggesting: Suggesting;
  insert: (suggestion: Suggestion) => void;
  /** The field as it was before the draft; false if nothing was put in, or it was gone on with. */
  undo: () => boolean;
  canUndo: boolean;
  /** Whether the key was the drafts'. */
  press: (event: KeyboardEvent) => boolean;
}

/** Alt with a digit puts a draft in, wherever the focus is; Ctrl+Z takes it out again as long as nothing else was typed. */
export function useDrafting({ open, row, field, isOn, text, write }: Place): Drafting {
  const { agent } = useWorkplace();
  const { suggesting } = open;
  const drafts = isOn ? suggesting.drafts.value : [];
  const inserted = suggesting.inserted.value;
  const canUndo = inserted !== null && inserted.after === text;
  const when = occasion(open.log.value);
  useEffect(() => {
    if (isOn) suggesting.refresh();
  }, [suggesting, isOn, when]);
  const wanted = suggesting.wanted.value;
  const served = useRef(wanted?.turn);
  useEffect(() => {
    if (wanted && wanted.turn !== served.current && isOn) insert(wanted.suggestion);
    served.current = wanted?.turn;
  }, [wanted?.turn]);

  function insert(suggestion: Suggestion) {
    const { found } = suggesting;
    const words =
      suggestion.source.kind === "canned"
        ? filled(suggestion.text, valuesFor(agent, row, knownIn(open)))
        : suggestion.text;
    const before = field.current?.value ?? text;
    const after = before.trim() ? `${before.trimEnd()}\n\n${words}` : words;
    suggesting.inserted.value = { suggestion, forNumber: found.peek()?.message_number ?? 0, words, before, after };
    put(after);
  }
  function put(whole: string) {
    write(whole);
    field.current?.focus();
    requestAnimationFrame(() => field.current?.setSelectionRange(whole.length, whole.length));
  }
  function undo(): boolean {
    if (!canUndo) return false;
    suggesting.inserted.value = null;
    put(inserted.before);
    return true;
  }
  function press(event: KeyboardEvent): boolean {
    const isHeld = event.ctrlKey || event.metaKey;
    if (event.key === "z" && isHeld && !event.shiftKey) return undo();
    if (isHeld || event.altKey || event.shiftKey || event.isComposing || !drafts.length) return false;
    if (event.key === "Escape") {
      suggesting.hide();
      return true;
    }
    if (event.key !== "ArrowUp" || text) return false;
    first(field.current)?.focus();
    return true;
  }

  useCommands(
    PLACES.map(
      (place): Command => ({
        id: keyOf(place),
        when: drafts.length >= place,
        run: () => insert(drafts[place - 1]!),
      }),
    ),
  );
  return { suggesting, insert, undo, canUndo, press };
}

const first = (field: HTMLTextAreaElement | null): HTMLElement | null | undefined =>
  field?.closest(".composer")?.querySelector<HTMLElement>(".suggestion");

interface StripProps {
  open: OpenConversation;
  drafting: Drafting;
  field: RefObject<HTMLTextAreaElement | null>;
}

/** One line that is always there while one answers, so that nothing moves when drafts come or go. */
export function Suggestions({ open, drafting, field }: StripProps) {
  const { suggesting, insert, undo, canUndo } = drafting;
  const [source, setSource] = useState<Suggestion | null>(null);
  const drafts = suggesting.drafts.value;
  const box = useRef<HTMLUListElement>(null);

  function press(event: KeyboardEvent) {
    const all = [...(box.current?.querySelectorAll<HTMLElement>(".suggestion") ?? [])];
    const at = all.indexOf(document.activeElement as HTMLElement);
    if (event.key === "ArrowRight") all[(at + 1) % all.length]?.focus();
    else if (event.key === "ArrowLeft") all[(at + all.length - 1) % all.length]?.focus();
    else if (event.key === "ArrowDown") field.current?.focus();
    else if (event.key === "Escape") {
      suggesting.hide();
      field.current?.focus();
    } else return;
    event.preventDefault();
  }
  function show(suggestion: Suggestion) {
    if (suggestion.source.kind === "article") setSource(suggestion);
    else reveal(`${suggestion.source.kind}s#${suggestion.source.id}`);
  }

  return (
    <section class="suggestions" aria-label={t("drafts.title")} data-testid="suggestions">
      {canUndo ? (
        <p class="suggestions-state" data-testid="draft-inserted">
          <span role="status">{t("drafts.inserted")}</span>
          <button type="button" onClick={undo} data-testid="draft-undo">
            {t("drafts.undo")}
          </button>
        </p>
      ) : drafts.length > 0 ? (
        <>
          <ul ref={box} onKeyDown={press}>
            {drafts.map((draft, at) => (
              <Card key={`${draft.source.kind} ${draft.source.id}`} draft={draft} place={at + 1} onInsert={insert} onSource={show} />
            ))}
          </ul>
          <button
            type="button"
            class="suggestions-hide"
            aria-label={t("drafts.hide")}
            title={t("drafts.hide")}
            onClick={() => {
              suggesting.hide();
              field.current?.focus();
            }}
            data-testid="suggestions-hide"
          >
            <span aria-hidden="true">×</span>
          </button>
        </>
      ) : (
        <State open={open} />
      )}
      {source && <ArticleDialog id={source.source.id} language={source.language} onClose={() => setSource(null)} />}
    </section>
  );
}

interface CardProps {
  draft: Suggestion;
  place: number;
  onInsert: (draft: Suggestion) => void;
  onSource: (draft: Suggestion) => void;
}

function Card({ draft, place, onInsert, onSource }: CardProps) {
  const key = keyText(KEYS[keyOf(place)].key);
  const hasSource = draft.source.kind !== "canned";
  return (
    <li class="suggestion-card" data-testid="suggestion" data-kind={draft.source.kind} data-id={draft.source.id}>
      <button
        type="button"
        class="suggestion"
        onClick={() => onInsert(draft)}
        title={readable(draft.text)}
        data-testid="suggestion-insert"
      >
        <kbd aria-hidden="true">{key}</kbd>
        <span class="suggestion-text" lang={draft.language}>
          {readable(oneLine(draft.text))}
        </span>
      </button>
      <span class="suggestion-source">
        {hasSource ? (
          <button type="button" class="link" onClick={() => onSource(draft)} data-testid="suggestion-source">
            {sourceName(draft)}
          </button>
        ) : (
          <span data-testid="suggestion-source">{sourceName(draft)}</span>
        )}
        {draft.confidence !== null && (
          <span class="quiet" title={t("drafts.confidence", { share: percent(draft.confidence) })}>
            {percent(draft.confidence)}
          </span>
        )}
      </span>
    </li>
  );
}

export function sourceName({ source, title }: Pick<Suggestion, "source" | "title">): string {
  return t(`drafts.source.${source.kind}`, { title: readable(title), number: readable(source.id) });
}

/** Without the signs of Markdown: it is one line to recognise it by. */
const oneLine = (text: string): string =>
  text
    .replace(/[*_`]+|^\s*(?:>+|#+|[-+])\s+|\]\([^)]*\)|[[\]]/gm, "")
    .replace(/[\s|]+/g, " ")
    .trim();

/** What is so when nothing is suggested. */
function State({ open }: { open: OpenConversation }) {
  const { found, failed, hidden } = open.suggesting;
  const isUnread = unreadText(open.log.value, Math.max(now.value, Date.now())) !== null;
  if (failed.value) {
    return (
      <p class="suggestions-state">
        <span role="status">{t("drafts.failed")}</span>
        <button type="button" onClick={() => open.suggesting.refresh()}>
          {t("retry")}
        </button>
      </p>
    );
  }
  if (hidden.value && found.value?.message_number != null) {
    return (
      <p class="suggestions-state quiet" data-testid="suggestions-state" data-state="hidden">
        {t("drafts.hidden")}
        <button type="button" onClick={() => open.suggesting.show()} data-testid="suggestions-show">
          {t("drafts.show")}
        </button>
      </p>
    );
  }
  const key =
    found.value === null
      ? "drafts.loading"
      : found.value.message_number === null
        ? "drafts.answered"
        : isUnread
          ? "drafts.unread"
          : "drafts.none";
  return (
    <p class="suggestions-state quiet" data-testid="suggestions-state" data-state={key.slice("drafts.".length)}>
      {t(key)}
    </p>
  );
}
