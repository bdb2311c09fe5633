import { render, type VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Connection, type Model } from "../connection/connection";
import { Desk, type ShopConfig } from "../connection/desk";
import { Vault } from "../connection/vault";
import type { Language } from "../connection/wire";
import type { Panel, PanelHost } from "../embed/panel";
import { EndCard } from "./cards";
import { Composer } from "./composer";
import { sayIn, SharedProvider, useModel } from "./context";
import { Header } from "./header";
import { Messages } from "./messages";
import css from "./panel.css?inline";
import { PartnerBar } from "./partner";
import { StatusLine } from "./status";

/** Puts the panel into the loader's shadow root and opens the line. */
export function mount(host: PanelHost): Panel {
  const desk = new Desk(host.server);
  const connection = new Connection(desk, new Vault(), host.language);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  const before = host.root.adoptedStyleSheets;
  host.root.adoptedStyleSheets = [...before, sheet];
  const place = document.createElement("div");
  host.root.append(place);

  const draw = (shown: Shown): void =>
    render(<Root host={host} desk={desk} connection={connection} shown={shown} />, place);
  const stopTelling = tellHost(host, connection);
  draw({ isShown: false, focus: 0 });
  connection.open();

  let focus = 0;
  return {
    show: (options) => draw({ isShown: true, focus: options.focus ? ++focus : focus }),
    hide: () => draw({ isShown: false, focus }),
    remove() {
      stopTelling();
      connection.stop();
      render(null, place);
      place.remove();
      host.root.adoptedStyleSheets = before;
    },
  };
}

/** `focus` grows each time the composer shall take the focus. */
interface Shown {
  isShown: boolean;
  focus: number;
}

function tellHost(host: PanelHost, connection: Connection): () => void {
  let unread = 0;
  let state = connection.model.connection;
  return connection.subscribe(() => {
    const { model } = connection;
    const count = unreadIn(model);
    if (count !== unread) host.emit("unread", { count: (unread = count) });
    if (model.connection !== state) host.emit("connection", { state: (state = model.connection) });
  });
}

function unreadIn({ events, view }: Model): number {
  const seen = view?.visitor_read ?? 0;
  const isNews = ({ number, actor, data }: Model["events"][number]): boolean =>
    number > seen && data.type === "message.posted" && actor.kind !== "visitor";
  return events.filter(isNews).length;
}

interface RootProps {
  host: PanelHost;
  desk: Desk;
  connection: Connection;
  shown: Shown;
}

function Root({ host, desk, connection, shown: { isShown, focus } }: RootProps): VNode {
  const model = useModel(connection);
  const shop = useShop(desk, model.connection === "live");
  const [isEnding, setIsEnding] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const isWatched = useIsWatched(isShown);
  const language = languageOf(model, host.language);
  const say = sayIn(language);

  const panel = useRef<HTMLElement>(null);
  const toComposer = (): void => field.current?.focus();
  const toPanel = (): void => panel.current?.focus();

  useEffect(() => {
    if (focus) toComposer();
  }, [focus]);
  useEffect(() => {
    if (isWatched && model.connection === "live") connection.read(model.cursor);
  }, [isWatched, model.cursor, model.connection]);

  const stopEnding = (): void => {
    setIsEnding(false);
    toComposer();
  };
  const pressed = (event: KeyboardEvent): void => {
    event.stopPropagation(); // what is typed here is no shortcut of the host page
    if (event.type !== "keydown" || event.key !== "Escape" || event.isComposing) return;
    if (isEnding) stopEnding();
    else host.close();
  };

  return (
    <SharedProvider value={{ connection, model, language, shop, say, toComposer, toPanel }}>
      <section
        class="panel"
        ref={panel}
        tabIndex={-1}
        role="dialog"
        aria-label={shop ? say("titled", { shop: shop.shop }) : say("panel")}
        lang={language}
        hidden={!isShown}
        data-testid="kulanz-panel"
        onKeyDown={pressed}
        onKeyUp={pressed}
        onKeyPress={pressed}
      >
        <Header onEnd={() => setIsEnding(true)} onClose={host.close} />
        <PartnerBar />
        <StatusLine />
        <Messages isShown={isShown} />
        {isEnding && <EndCard onDone={stopEnding} />}
        <Composer field={field} />
      </section>
    </SharedProvider>
  );
}

/** The language just chosen counts at once, also while the desk cannot be told. */
function languageOf({ outbox, view }: Model, initial: Language): Language {
  const chosen = outbox.findLast(({ frame }) => frame.type === "set_language")?.frame;
  return chosen?.type === "set_language" ? chosen.language : (view?.language ?? initial);
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

function useIsWatched(isShown: boolean): boolean {
  const [isVisible, setIsVisible] = useState(document.visibilityState === "visible");
  useEffect(() => {
    const changed = (): void => setIsVisible(document.visibilityState === "visible");
    document.addEventListener("visibilitychange", changed);
    return () => document.removeEventListener("visibilitychange", changed);
  }, []);
  return isShown && isVisible;
}
