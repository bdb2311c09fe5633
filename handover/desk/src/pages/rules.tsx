import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "../connection/http";
import { Problems } from "../rules/fields";
import { GroupFields } from "../rules/groups";
import { Changes, History } from "../rules/history";
import { HoursFields } from "../rules/hours";
import { QueueFields } from "../rules/queue";
import { load, save } from "../state/storage";
import { useWorkplace } from "../state/workplace";
import * as api from "../supervision/api";
import { t } from "../texts";
import { errorSentence } from "../texts/errors";
import { placeName, problemSentence } from "../texts/rules";
import { FormDialog } from "../ui/dialog";
import { FailedLoad, Loading } from "../ui/loading";
import { useAction } from "../ui/use-action";
import { useFetched } from "../ui/use-fetched";
import type { RulesChange, RulesDocument, RulesVersion, RulesView } from "../wire-rules";

/** Opening hours, how cases go round, topics and teams: changed here, in force at once. */
export function RulesPage() {
  const { found, error, again } = useFetched(api.rules);
  return (
    <main id="content" class="page rules" tabIndex={-1} data-testid="rules">
      <header class="page-head">
        <h1>{t("rules.heading")}</h1>
      </header>
      {error && <FailedLoad text={error} onRetry={again} />}
      {found && <Editor fetched={found} />}
      {!found && !error && <Loading lines={10} />}
    </main>
  );
}

const KEPT = "kulanz.rules";
/** What its author had entered when the page was loaded anew, and upon which version. */
interface Unsaved {
  version: number;
  document: RulesDocument;
}
const NONE: ReadonlyMap<string, string> = new Map();

/** What is about to count, and what it is said to change. */
interface Wish {
  document: RulesDocument;
  changes: readonly RulesChange[];
}

function Editor({ fetched }: { fetched: RulesView }) {
  const { rulesVersion, agent } = useWorkplace();
  const key = `${KEPT}.${agent.id}`;
  const [unsaved] = useState(() => load<Unsaved | null>(key, null));
  const [view, setView] = useState(fetched);
  const [form, setForm] = useState<RulesDocument>(unsaved?.document ?? fetched.document);
  const [problems, setProblems] = useState(NONE);
  const [wish, setWish] = useState<Wish | null>(null);
  const [earlier, setEarlier] = useState<RulesVersion | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const [clash, setClash] = useState(unsaved !== null && unsaved.version < fetched.version);
  const action = useAction(rulesErrorSentence);
  const heard = rulesVersion.value;
  const isChanged = !same(form, view.document);
  const theirs = heard > view.version;
  useEffect(() => save(key, isChanged ? { version: view.version, document: form } : ""), [form, isChanged, view.version]);

  function change(part: Partial<RulesDocument>) {
    setForm((now) => ({ ...now, ...part }));
    setDone(null);
  }
  function adopt(fresh: RulesView, words: string) {
    setView(fresh);
    setForm(fresh.document);
    setProblems(NONE);
    setWish(null);
    setEarlier(null);
    setClash(false);
    setDone(words);
  }
  /** What somebody else changed counts from now on; what stands in the form stays. */
  async function renew() {
    const fresh = await api.rules();
    if (!isChanged) setForm(fresh.document);
    setView(fresh);
  }
  /** Somebody saved between my look and my save: I look again, with theirs beside mine. */
  async function outrun() {
    await renew();
    setWish(null);
    setEarlier(null);
    setClash(true);
  }
  async function ask(document: RulesDocument) {
    setDone(null);
    setProblems(NONE);
    await action.run(async () => {
      try {
        const { changes } = await api.previewRules(document);
        if (changes.length) setWish({ document, changes });
        else setDone(t("rules.nothing_changed"));
      } catch (error) {
        setProblems(problemsOf(error));
        throw error;
      }
    });
  }
  const now = today(form.hours.time_zone);
  const isClosed = form.hours.closed.includes(now);
  function closeToday() {
    const others = form.hours.closed.filter((day) => day !== now);
    void ask({ ...form, hours: { ...form.hours, closed: isClosed ? others : [...others, now].sort() } });
  }

  return (
    <>
      <WhichCounts view={view} />
      {clash && <Clash newest={view.history[0]} />}
      {theirs && <Theirs isChanged={isChanged} renew={renew} />}
      <div class="buttons start">
        <button type="button" aria-disabled={action.busy} onClick={closeToday} data-testid="rules-close-today">
          {t(isClosed ? "rules.reopen_today" : "rules.close_today")}
        </button>
      </div>
      <Problems.Provider value={problems}>
        <form
          class="rules-form"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            void ask(form);
          }}
        >
          <HoursFields hours={form.hours} onChange={(hours) => change({ hours })} />
          <QueueFields document={form} onChange={change} />
          <GroupFields document={form} intents={view.intents} inUse={view.in_use} onChange={change} />
          <Refused error={action.error} problems={problems} />
          <div class="buttons rules-submit">
            <p role="status" data-testid="rules-done">
              {done}
            </p>
            {isChanged && (
              <button
                type="button"
                onClick={() => {
                  setForm(view.document);
                  setProblems(NONE);
                }}
                data-testid="rules-discard"
              >
                {t("rules.discard")}
              </button>
            )}
            <button type="submit" class="primary" aria-disabled={action.busy} data-testid="rules-look">
              {t("rules.look")}
            </button>
          </div>
        </form>
      </Problems.Provider>
      <History view={view} onBringBack={setEarlier} />
      {wish && (
        <SaveDialog
          title={t("rules.save.title")}
          submit={t("rules.save")}
          save={(note) => api.changeRules(wish.document, view.version, note)}
          onSaved={(fresh) => adopt(fresh, t("rules.saved"))}
          onStale={outrun}
          onClose={() => setWish(null)}
        >
          <p>{t("rules.save.about")}</p>
          <Changes changes={wish.changes} />
        </SaveDialog>
      )}
      {earlier && (
        <SaveDialog
          title={t("rules.bring_back.title", { name: earlier.version ? String(earlier.version) : view.file_name })}
          submit={t("rules.bring_back")}
          save={(note) => api.bringBack(earlier.version, view.version, note)}
          onSaved={(fresh) => adopt(fresh, t("rules.saved"))}
          onStale={outrun}
          onClose={() => setEarlier(null)}
        >
          <p>{t(earlier.version ? "rules.bring_back.about" : "rules.bring_back.file", { file: view.file_name })}</p>
          {isChanged && <p class="notice">{t("rules.bring_back.loses")}</p>}
        </SaveDialog>
      )}
    </>
  );
}

/** The file or the desk's own version: said, so that nobody edits what does not count. */
function WhichCounts({ view }: { view: RulesView }) {
  const values = { file: view.file_name, version: view.version };
  return (
    <p class="quiet" data-testid="rules-which" data-of-file={view.of_file}>
      {t(view.of_file ? "rules.which.file" : "rules.which.desk", values)}
    </p>
  );
}

function Theirs({ isChanged, renew }: { isChanged: boolean; renew: () => Promise<void> }) {
  const action = useAction();
  return (
    <div class="notice" role="status" data-testid="rules-theirs">
      <span>{action.error ?? t(isChanged ? "rules.theirs.mine_too" : "rules.theirs")}</span>
      <button type="button" aria-disabled={action.busy} onClick={() => void action.run(renew)}>
        {t("rules.theirs.show")}
      </button>
    </div>
  );
}

/** Whose change came first, and what it did. */
function Clash({ newest }: { newest: RulesVersion | undefined }) {
  return (
    <div class="notice clash" role="alert" data-testid="rules-clash">
      <p>{t("rules.stale")}</p>
      {newest && <Changes changes={newest.changes} />}
    </div>
  );
}

/** Everything that is wrong, at one place; each field says its own too. The focus comes here. */
function Refused({ error, problems }: { error: string | null; problems: ReadonlyMap<string, string> }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (error) box.current?.focus(); // what was pressed may stand far above
  }, [problems, error]);
  if (!error) return null;
  return (
    <div ref={box} class="failure" role="alert" tabIndex={-1} data-testid="rules-refused">
      <p>{error}</p>
      {problems.size > 0 && (
        <ul>
          {[...problems].map(([place, problem]) => (
            <li key={place}>{t("rules.problem.at", { place: placeName(place), problem: problemSentence(problem) })}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

interface SaveProps {
  title: string;
  submit: string;
  save: (note: string) => Promise<RulesView>;
  onSaved: (view: RulesView) => void;
  /** Somebody was faster: what they made of it is fetched, and the author decides anew. */
  onStale: () => Promise<void>;
  onClose: () => void;
  children: ComponentChildren;
}

function SaveDialog({ title, submit, save: keep, onSaved, onStale, onClose, children }: SaveProps) {
  const [note, setNote] = useState("");
  const action = useAction(rulesErrorSentence);
  async function saveIt() {
    await action.run(async () => {
      try {
        onSaved(await keep(note.trim()));
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== "stale_version") throw error;
        await onStale();
      }
    });
  }
  return (
    <FormDialog
      title={title}
      name="rules"
      submit={submit}
      busy={action.busy}
      error={action.error}
      onSubmit={() => void saveIt()}
      onClose={onClose}
    >
      {children}
      <label>
        {t("rules.note")}
        <input name="note" maxLength={500} value={note} onInput={({ currentTarget: { value } }) => setNote(value)} />
      </label>
    </FormDialog>
  );
}

function rulesErrorSentence(error: unknown): string {
  if (error instanceof ApiError && error.code === "invalid_rules") return t("rules.invalid");
  return errorSentence(error);
}

function problemsOf(error: unknown): ReadonlyMap<string, string> {
  if (!(error instanceof ApiError) || error.code !== "invalid_rules") return NONE;
  return new Map(Object.entries(error.data).map(([place, problem]) => [place, String(problem)]));
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** The day that it is where the desk is. */
function today(zone: string): string {
  try {
    return new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(new Date());
  } catch {
    return new Intl.DateTimeFormat("en-CA").format(new Date()); // the zone is being typed; the desk will refuse it
  }
}
