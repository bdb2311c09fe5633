import { createElement, type ComponentType, type VNode } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { chunk, type Load } from "../embed/chunk";
import { loadPartTexts } from "../locales";
import { useShared } from "./context";

/** A module may bring the style sheet that only it needs: `export { default as css } from "./x.css?inline"`. */
interface Part {
  css?: string;
}

interface Single<Props> extends Part {
  default: ComponentType<Props>;
}

interface Look {
  /** Nobody has asked for it: nothing is told while it is not there. */
  isSilent?: boolean;
  /** It is a way to reach us: while it is not there, the address is. */
  isContact?: boolean;
}

/** Asks once more for each part that stands there as failed. */
const failed = new Set<() => void>();

type Pick<Props, File> = (file: File) => ComponentType<Props>;

interface Lazy<Props> {
  (props: Props): VNode;
  /** Fetches the part before it is needed. Throws when it cannot be fetched. */
  prefetch(): Promise<unknown>;
}

/**
 * A component in a file of its own, fetched when it is first shown. Tells when that fails, and offers to try again.
 * `pick` says which one it is of several in one file.
 */
export function lazy<Props extends object>(load: Load<Single<Props>>): Lazy<Props>;
export function lazy<Props extends object, File extends Part | object>(load: Load<File>, pick: Pick<Props, File>, look?: Look): Lazy<Props>;
export function lazy<Props extends object>(
  load: Load<Single<Props>>,
  pick: Pick<Props, Single<Props>> = (file) => file.default,
  { isSilent = false, isContact = false }: Look = {},
): Lazy<Props> {
  let part: ComponentType<Props> | null = null;
  let sheet: CSSStyleSheet | null = null;
  const fetchPart = chunk(load);
  const prefetch = async (): Promise<void> => {
    const [file] = await Promise.all([fetchPart(), loadPartTexts()]);
    part = pick(file);
    sheet = sheetOf(file);
  };

  function LazyPart(props: Props): VNode {
    const { host, model, toPanel } = useShared();
    const isLive = model.connection === "live";
    const [state, setState] = useState<State>(part ? "here" : "loading");
    const isGone = useRef(false);
    const tell = (now: State) => (): void => void (isGone.current || setState(now));
    const attempt = (): void => {
      setState("loading");
      prefetch().then(tell("here"), tell("failed"));
    };
    useEffect(() => {
      if (!part) attempt();
      return () => void (isGone.current = true);
    }, []);
    useEffect(() => {
      if (state === "here") for (const again of [...failed]) again();
      if (state !== "failed") return;
      failed.add(attempt);
      return () => void failed.delete(attempt);
    }, [state]);
    useEffect(() => {
      if (isLive && state === "failed") attempt(); // by itself: a silent part has no button
    }, [isLive]);
    useLayoutEffect(() => {
      if (sheet) adopt(host.root, sheet);
    }, [host, state]);
    if (part) return createElement(part, props) as VNode;
    if (isSilent) return <></>;
    const again = (): void => {
      toPanel(); // the button goes away
      attempt();
    };
    return <Absent isLoading={state === "loading"} isContact={isContact} onAgain={again} />;
  }
  return Object.assign(LazyPart, { prefetch });
}

/** Of the one file with most parts: fetched once for all of them. */
export const fetchForms = chunk(() => import("./forms"));

export function form<Props extends object>(pick: Pick<Props, typeof import("./forms")>, look?: Look): Lazy<Props> {
  return lazy(fetchForms, pick, look);
}

type State = "loading" | "here" | "failed";

interface AbsentProps {
  isLoading: boolean;
  isContact: boolean;
  onAgain(): void;
}

function Absent({ isLoading, isContact, onAgain }: AbsentProps): VNode {
  const { say, serviceMail } = useShared();
  const mail = isContact && serviceMail;
  return (
    <div class="absent" role="status" data-testid={isLoading ? "part-loading" : "part-failed"}>
      <p>{say(isLoading ? "partLoading" : "partFailed")}</p>
      {!isLoading && (
        <button type="button" class="small" data-testid="part-again" onClick={onAgain}>
          {say("partAgain")}
        </button>
      )}
      {mail && (
        <p>
          <a href={`mailto:${mail}`}>{mail}</a>
        </p>
      )}
    </div>
  );
}

/** One for each file: its parts share it, however many of them are shown. */
const sheets = new WeakMap<Part, CSSStyleSheet>();

function sheetOf(file: Part): CSSStyleSheet | null {
  if (!file.css) return null;
  const sheet = sheets.get(file) ?? new CSSStyleSheet();
  if (!sheets.has(file)) sheet.replaceSync(file.css);
  sheets.set(file, sheet);
  return sheet;
}

function adopt(root: ShadowRoot, sheet: CSSStyleSheet): void {
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}

/** Runs `work` when the page has nothing better to do. Returns how to call it off. */
export function whenIdle(work: () => void): () => void {
  if (!window.requestIdleCallback) {
    const timer = setTimeout(work, IDLE_BY_THEN);
    return () => clearTimeout(timer);
  }
  const asked = requestIdleCallback(work, { timeout: IDLE_BY_THEN });
  return () => cancelIdleCallback(asked);
}

const IDLE_BY_THEN = 2_000;
