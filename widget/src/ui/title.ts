/** Puts a notice before the page's title, and takes it away without a trace. A title that the page changes wins. */
export class TitleNotice {
  #page = "";
  #ours: string | null = null;

  /** `wording` gets the page's own title. */
  show(wording: (title: string) => string): void {
    const element = titleElement();
    if (!element) return;
    if (element.textContent !== this.#ours) this.#page = element.textContent ?? "";
    this.#ours = wording(this.#page.trim());
    element.textContent = this.#ours;
  }

  hide(): void {
    const element = titleElement();
    if (this.#ours !== null && element?.textContent === this.#ours) element.textContent = this.#page;
    this.#ours = null;
  }
}

/** The page's own; a drawing in it may have others. */
const titleElement = (): HTMLTitleElement | null => document.querySelector("head > title");
