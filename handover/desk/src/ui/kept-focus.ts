/**
 * What has the focus may go away: a button whose work is done, a dialog whose opener has gone too. The browser then gives the
 * focus to nobody, and whoever works by keyboard begins at the top of the page. Instead it goes to the closest place that is left.
 */

const PLACES = "form, section, article, aside, nav, main";

/** The last element that had the focus, and the places it stood in, the closest first. */
let last: { element: HTMLElement; around: readonly HTMLElement[] } | null = null;
/** The dialog that has had it since. */
let dialog: Element | null = null;

export function keepFocus(root: HTMLElement): void {
  document.addEventListener("focusin", (event) => remember(event.target as HTMLElement));
  new MutationObserver(look).observe(root, { childList: true, subtree: true });
}

function remember(element: HTMLElement): void {
  dialog = element.closest("dialog");
  if (dialog) return; // from there it comes back to what stood here before
  const around: HTMLElement[] = [];
  for (let at = placeOf(element); at; at = placeOf(at)) around.push(at);
  last = { element, around };
}

const placeOf = (element: HTMLElement) => element.parentElement?.closest<HTMLElement>(PLACES);

/** After the change is whole: a list that is drawn anew may have put the focus somewhere itself. */
function look(): void {
  requestAnimationFrame(() => {
    const isLost = document.activeElement === document.body || document.activeElement === null;
    if (!isLost || !last || (dialog ?? last.element).isConnected) return;
    const { element, around } = last;
    dialog = null;
    if (element.isConnected) return element.focus({ preventScroll: true });
    last = null;
    const place = around.find((one) => one.isConnected) ?? document.getElementById("content");
    if (place) reach(place);
  });
}

/** In one's own case one goes on writing. Elsewhere the place itself takes the focus; most cannot without being told so. */
function reach(place: HTMLElement): void {
  const field = (place.closest("main") ?? place).querySelector<HTMLElement>("textarea[data-writes]:not(:disabled)");
  if (field) return field.focus();
  if (!place.hasAttribute("tabindex")) place.tabIndex = -1;
  place.focus({ preventScroll: true });
}
