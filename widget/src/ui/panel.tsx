import { render, type VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Connection, type Model } from "../connection/connection";
import { Consent } from "../connection/consent";
import { Desk, type ShopConfig } from "../connection/desk";
import { Vault } from "../connection/vault";
import type { Language } from "../connection/wire";
import type { Panel, PanelHost } from "../embed/panel";
import { loadPartTexts, loadTexts, textsOf } from "../locales";
import { Composer } from "./composer";
import type { Question } from "./confirm";
import { sayIn, SharedProvider } from "./context";
import { Header } from "./header";
import { fetchForms, form, lazy, whenIdle } from "./lazy";
import { Messages } from "./messages";
import css from "./panel.css?inline";
import { PartnerBar } from "./partner";
import { useSheets } from "./sheet";
import { StatusLine } from "./status";
import { tellHost } from "./telling";
import { hasScreenKeyboard, isPhone, usePhoneLayout } from "./viewport";
import { useIsVisible } from "./visible";
import { useWatched } from "./watched";

export { loadTexts };

const Confirm = form((forms) => forms.Confirm);
const SheetPage = form((forms) => forms.SheetPage);
const Notices = form((forms) => forms.Notices, { isSilent: true });
const ConsentNote = lazy(() => import("./consent"));

/** Parts that are fetched in idle time, because they are needed when the desk cannot be reached, perhaps from the start. */
export const SPARE: readonly (() => Promise<unknown>)[] = [
  () => loadTexts("de"),
  () => loadTexts("en"),
  loadPartTexts,
  fetchForms,
];

/** Puts the panel into the loader's shadow root and opens the line, as soon as the visitor agrees where that is asked. */
export function mount(host: PanelHost): Panel {
  const version = host.consent?.version ?? null;
  const consent = new Consent(version);
  const desk = new Desk(host.server, version);
  const place = document.createElement("div");
  const shown: Shown = { isShown: false, focus: 0 };
  let identity = host.identityToken;
  let talk = begin();

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  const before = host.root.adoptedStyleSheets;
  host.root.adoptedStyleSheets = [...before, sheet];
  host.root.append(place);
  const stopWatching = version === null ? () => {} : consent.watch(consentChanged);
  draw();

  function begin(): Talk {
    const connection = new Connection(desk, new Vault(), host.language);
    const stopTelling = tellHost(host, connection);
    if (identity) connection.identify(identity);
    if (consent.isGiven) connection.open();
    return { connection, stopTelling };
  }

  function draw(): void {
    const { connection } = talk;
    const agreement = { isMissing: !consent.isGiven, agree, withdraw: version === null ? null : withdraw };
    render(<Root key={connection} {...{ host, desk, connection, agreement }} shown={{ ...shown }} />, place);
  }

  function agree(): void {
    consent.give();
    consentChanged();
  }

  async function withdraw(): Promise<void> {
    await talk.connection.leave();
    consent.withdraw();
    consentChanged();
  }

  /** Here or in another tab. */
  function consentChanged(): void {
    const given = consent.isGiven;
    if (given) talk.connection.open();
    else {
      talk.connection.draft.set(""); // each tab has its own
      end();
      talk = begin();
    }
    host.remember(given && shown.isShown);
    host.emit("consent", { given, version: version as string });
    draw();
  }

  function end(): void {
    talk.stopTelling();
    talk.connection.stop();
  }

  return {
    show({ focus }) {
      shown.isShown = true;
      if (focus) shown.focus += 1;
      if (consent.isGiven) host.remember(true);
      draw();
    },
    hide() {
      shown.isShown = false;
      if (isPhone() && hasCalledHuman(talk.connection.model)) host.remember(true); // the next page tells of them
      draw();
    },
    identify(token) {
      identity = token;
      talk.connection.identify(token);
    },
    remove() {
      stopWatching();
      end();
      render(null, place);
      place.remove();
      host.root.adoptedStyleSheets = before;
    },
  };
}

/** One line to the desk; after the agreement was taken back another one waits. */
interface Talk {
  connection: Connection;
  stopTelling(): void;
}

/** `focus` grows each time the composer shall take the focus. */
interface Shown {
  isShown: boolean;
  focus: number;
}

interface Agreement {
  isMissing: boolean;
  agree(): void;
  withdraw: (() => void) | null;
}

interface RootProps {
  host: PanelHost;
  desk: Desk;
  connection: Connection;
  agreement: Agreement;
  shown: Shown;
}

function Root({ host, desk, connection, agreement, shown: { isShown, focus } }: RootProps): VNode {
  const model = useWatched(connection, ({ model }) => model);
  const shop = useShop(desk, model.connection === "live");
  const [question, setQuestion] = useState<Question | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const isVisible = useIsVisible();
  const isWatched = isShown && isVisible;
  const language = useLanguage(languageOf(model, host.language), model.connection === "live");
  const say = sayIn(language);

  const panel = useRef<HTMLElement>(null);
  const sheets = useSheets(panel);
  useSpare(model.connection === "live");
  const covers = usePhoneLayout(panel, isShown);
  const toPanel = (): void => panel.current?.focus();
  const toComposer = (): void => (field.current && !hasScreenKeyboard() ? field.current.focus() : toPanel());

  useEffect(() => {
    if (focus) toComposer();
  }, [focus]);
  useEffect(() => {
    if (isWatched && model.connection === "live") connection.read(model.cursor);
  }, [isWatched, model.cursor, model.connection]);

  const answered = (): void => {
    setQuestion(null);
    toComposer();
  };
  const pressed = (event: KeyboardEvent): void => {
    event.stopPropagation(); // what is typed here is no shortcut of the host page
    if (event.type !== "keydown" || event.key !== "Escape" || event.isComposing) return;
    if (question) answered();
    else if (sheets.current) sheets.back();
    else host.close();
  };

  return (
    <SharedProvider value={{ connection, model, language, shop, host, sheets, confirm: setQuestion, withdraw: agreement.withdraw, serviceMail: host.serviceMail ?? shop?.service_mail ?? null, say, toComposer, toPanel }}>
      <section
        class="panel"
        ref={panel}
        tabIndex={-1}
        role="dialog"
        aria-modal={covers}
        aria-label={shop ? say("titled", { shop: shop.shop }) : say("panel")}
        lang={language}
        hidden={!isShown}
        data-testid="kulanz-panel"
        onKeyDown={pressed}
        onKeyUp={pressed}
        onKeyPress={pressed}
      >
        <Header hasMenu={!agreement.isMissing} onClose={host.close} />
        {agreement.isMissing && host.consent ? (
          <ConsentNote privacyUrl={host.consent.privacyUrl} onAgree={agreement.agree} onNotNow={host.close} />
        ) : (
          <>
            <PartnerBar />
            <StatusLine />
            <div class="middle">
              <div class="behind" inert={sheets.current !== null}>
                <Messages isWatched={isWatched} />
              </div>
              {sheets.current && <SheetPage sheet={sheets.current} />}
            </div>
            {question && <Confirm question={question} onDone={answered} />}
            <Composer field={field} />
          </>
        )}
      </section>
      <Notices isShown={isShown} />
    </SharedProvider>
  );
}

/** Or is with one. On a phone, closing the chat to see the page does not mean to be done with it then. */
const hasCalledHuman = ({ view }: Model): boolean => view?.state === "waiting" || view?.state === "agent";

/** The language just chosen counts at once, also while the desk cannot be told. */
function languageOf({ outbox, view }: Model, initial: Language): Language {
  const chosen = outbox.findLast(({ frame }) => frame.type === "set_language")?.frame;
  return chosen?.type === "set_language" ? chosen.language : (view?.language ?? initial);
}

/** The language that is wanted, as soon as its sentences are here; the one before until then. */
function useLanguage(wanted: Language, isLive: boolean): Language {
  const [language, setLanguage] = useState(wanted);
  useEffect(() => {
    let isOld = false;
    loadTexts(wanted).then(
      () => isOld || setLanguage(wanted),
      () => undefined, // asked again on the next connection
    );
    return () => void (isOld = true);
  }, [wanted, isLive]);
  return textsOf(wanted) ? wanted : language;
}

function useSpare(isLive: boolean): void {
  useEffect(() => whenIdle(() => SPARE.forEach((fetchPart) => void fetchPart().catch(() => undefined))), [isLive]);
}

/** Name and privacy page of the shop, asked for once the desk answers. */
function useShop(desk: Desk, isLive: boolean): ShopConfig | null {
  const [shop, setShop] = useState<ShopConfig | null>(null);
  useEffect(() => {
    if (!isLive || shop) return;
    desk.config().then(setShop, () => undefined); // asked again on the next connection
  }, [desk, isLive, shop]);
  return shop;
}
