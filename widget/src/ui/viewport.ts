import { useLayoutEffect, useState } from "preact/hooks";

/** Where the panel covers the whole page, and where it takes all of the height, as in `panel.css`. */
const PHONE = "(max-width: 480px)";
const LOW = "(max-height: 480px)";
const TOUCH = "(pointer: coarse)";

/** Zoomed in further than this by two fingers, the visitor looks at a part of the panel: it stays where it is. */
const NOT_ZOOMED = 1.01;

/** On a phone: the panel keeps to what the keyboard leaves free, and a page that it covers lies still. Whether it does. */
export function usePhoneLayout(panel: { current: HTMLElement | null }, isShown: boolean): boolean {
  const isNarrow = useMedia(PHONE);
  const isLow = useMedia(LOW);
  const isTouch = useMedia(TOUCH);
  const covers = isShown && (isNarrow || (isLow && isTouch));
  const isFull = isShown && (isNarrow || isLow);
  useLayoutEffect(() => (isFull && panel.current ? fitToView(panel.current) : undefined), [isFull]);
  useLayoutEffect(() => (covers ? stillPage() : undefined), [covers]);
  return covers;
}

/** Keyboards of phones cover what is fixed to the page; the visual viewport is what remains to be seen. */
function fitToView({ style }: HTMLElement): () => void {
  const view = window.visualViewport;
  const fit = (): void => {
    const isKnown = view && view.scale < NOT_ZOOMED;
    style.setProperty("--view-top", isKnown ? `${view.offsetTop}px` : null);
    style.setProperty("--view-height", isKnown ? `${view.height}px` : null);
  };
  fit();
  view?.addEventListener("resize", fit);
  view?.addEventListener("scroll", fit);
  return () => {
    view?.removeEventListener("resize", fit);
    view?.removeEventListener("scroll", fit);
    style.removeProperty("--view-top");
    style.removeProperty("--view-height");
  };
}

/** Nothing of the page can be seen, so nothing of it scrolls or takes the focus. Returns how to undo that. */
function stillPage(): () => void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("html { overflow: hidden !important; }");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  const { body } = document;
  const wasInert = body.inert;
  body.inert = true;
  return () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
    body.inert = wasInert;
  };
}

export const isPhone = (): boolean => matchMedia(PHONE).matches;

/** Whether a keyboard slides over the page as soon as a field has the focus: then only a press in the field brings it. */
export const hasScreenKeyboard = (): boolean => matchMedia(TOUCH).matches;

function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useLayoutEffect(() => {
    const media = matchMedia(query);
    const changed = (): void => setMatches(media.matches);
    changed();
    media.addEventListener("change", changed);
    return () => media.removeEventListener("change", changed);
  }, [query]);
  return matches;
}
