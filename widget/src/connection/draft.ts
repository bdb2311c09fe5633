const KEY = "kulanz-draft";

/**
 * What is written and not sent, of this tab alone: a reload loses no word. Kept in the tab's sessionStorage while there
 * is any; in memory where storage is blocked.
 */
export class Draft {
  readonly #listeners = new Set<() => void>();
  #text = kept();

  get text(): string {
    return this.#text;
  }

  set(text: string): void {
    if (text === this.#text) return;
    this.#text = text;
    keep(text);
    for (const listener of this.#listeners) listener();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

function kept(): string {
  try {
    return sessionStorage.getItem(KEY) ?? "";
  } catch {
    return "";
  }
}

function keep(text: string): void {
  try {
    if (text) sessionStorage.setItem(KEY, text);
    else sessionStorage.removeItem(KEY);
  } catch {
    // blocked or full: memory serves until the page is left
  }
}
