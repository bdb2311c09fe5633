import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "../connection/http";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import { cannedErrorSentence } from "../texts/errors";
import { Failure } from "../ui/dialog";
import { useAction } from "../ui/use-action";
import { CANNED_NAME_LIMIT, CANNED_TEXT_LIMIT, type CannedAnswer } from "../wire-canned";
import * as api from "./api";
import { VARIABLES, type Variable } from "./filling";

interface Props {
  /** None: a new one. */
  answer: CannedAnswer | null;
  mayShare: boolean;
  onSaved: () => void;
  onCancel: () => void;
}

const FIELDS = ["text_de", "text_en"] as const;
type Field = (typeof FIELDS)[number];
const BLANK: api.Wording = { name: "", text_de: "", text_en: "" };

/** Stands in the page, not in a dialog: Escape closes those, and a long text with them. */
export function CannedForm({ answer, mayShare, onSaved, onCancel }: Props) {
  const [wording, setWording] = useState<api.Wording>(answer ?? BLANK);
  const [shared, setShared] = useState(answer?.shared ?? false);
  const base = useBase(answer);
  const action = useAction(cannedErrorSentence);
  const [isEmpty, setEmpty] = useState(false);
  const name = useRef<HTMLInputElement>(null);
  const areas = { text_de: useRef<HTMLTextAreaElement>(null), text_en: useRef<HTMLTextAreaElement>(null) };
  const last = useRef<Field>("text_de");
  useEffect(() => name.current?.focus(), []);

  const change = (part: Partial<api.Wording>) => setWording((now) => ({ ...now, ...part }));

  async function save() {
    const { name, text_de, text_en } = wording;
    const kept = { name, text_de, text_en };
    try {
      await (base.now ? api.change(base.now, kept) : api.add(kept, shared));
    } catch (failure) {
      await base.renew(failure);
      throw failure;
    }
  }
  async function submit(event: SubmitEvent) {
    event.preventDefault();
    const nothing = !wording.text_de.trim() && !wording.text_en.trim();
    setEmpty(nothing);
    if (nothing) return areas.text_de.current?.focus();
    if (await action.run(save)) onSaved();
  }
  function insert(variable: Variable) {
    const area = areas[last.current].current;
    if (!area) return;
    area.setRangeText(`{${variable}}`, area.selectionStart, area.selectionEnd, "end");
    area.focus();
    change({ [last.current]: area.value });
  }

  return (
    <form class="card canned-form" aria-labelledby="canned-form" onSubmit={submit} data-testid="answer-form">
      <h2 id="canned-form">{t(answer ? "canned.change" : "canned.new")}</h2>
      <label>
        {t("canned.name")}
        <input
          ref={name}
          name="name"
          required
          maxLength={CANNED_NAME_LIMIT}
          value={wording.name}
          onInput={(event) => change({ name: event.currentTarget.value })}
        />
      </label>
      <div class="answer-texts">
        {FIELDS.map((field) => (
          <label key={field}>
            {t(`canned.${field}`)}
            <textarea
              ref={areas[field]}
              name={field}
              rows={6}
              lang={field.slice(-2)}
              spellcheck
              maxLength={CANNED_TEXT_LIMIT}
              value={wording[field]}
              aria-describedby="canned-variables"
              onFocus={() => (last.current = field)}
              onInput={(event) => change({ [field]: event.currentTarget.value })}
            />
          </label>
        ))}
      </div>
      <Variables onInsert={insert} />
      {!answer && mayShare && (
        <label class="check">
          <input
            type="checkbox"
            name="shared"
            checked={shared}
            onChange={(event) => setShared(event.currentTarget.checked)}
          />
          {t("canned.share")}
        </label>
      )}
      <Failure text={isEmpty ? t("canned.empty") : action.error} />
      {base.theirs && <Theirs answer={base.theirs} />}
      <div class="buttons">
        <button type="button" onClick={onCancel}>
          {t("dialog.cancel")}
        </button>
        <button type="submit" class="primary" aria-disabled={action.busy} data-testid="answer-save">
          {t(base.theirs ? "canned.save_anyway" : base.isGone ? "canned.save_new" : "canned.save")}
        </button>
      </div>
    </form>
  );
}

/** What the change is based on. Where somebody else was faster, what they made of it: the author looks, and decides. */
function useBase(answer: CannedAnswer | null) {
  const { canned } = useWorkplace();
  const [now, setNow] = useState(answer);
  const [theirs, setTheirs] = useState<CannedAnswer | null>(null);
  async function renew(failure: unknown) {
    const isStale = failure instanceof ApiError && ["stale_version", "not_found"].includes(failure.code);
    if (!now || !isStale) return;
    await canned.load();
    if (canned.failure.peek() !== null) return;
    const newer = canned.all.peek()?.find((one) => one.id === now.id) ?? null;
    setTheirs(newer);
    setNow(newer);
  }
  return { now, theirs, isGone: answer !== null && now === null, renew };
}

function Variables({ onInsert }: { onInsert: (variable: Variable) => void }) {
  return (
    <div class="variables" role="group" aria-labelledby="canned-variables">
      <p id="canned-variables" class="quiet">
        {t("canned.variables")}
      </p>
      {VARIABLES.map((variable) => (
        <button key={variable} type="button" onClick={() => onInsert(variable)} data-testid={`variable-${variable}`}>
          {t(`canned.variable.${variable}`)}
        </button>
      ))}
    </div>
  );
}

function Theirs({ answer }: { answer: CannedAnswer }) {
  return (
    <div class="notice theirs" data-testid="answer-theirs">
      <p>{t("canned.theirs")}</p>
      <p class="plain">
        <b>{answer.name}</b>
      </p>
      {FIELDS.map(
        (field) =>
          answer[field] && (
            <p key={field} class="plain" lang={field.slice(-2)}>
              {answer[field]}
            </p>
          ),
      )}
    </div>
  );
}
