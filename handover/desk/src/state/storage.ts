/** What must survive a reload or a lost session, kept per browser tab. */

type Store = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** A browser that refuses storage costs the safety net, never the page. */
export function load<T>(key: string, otherwise: T, store: Store = sessionStorage): T {
  try {
    return JSON.parse(store.getItem(key) ?? "null") ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function save(key: string, value: unknown, store: Store = sessionStorage): void {
  try {
    if (value === "" || (Array.isArray(value) && value.length === 0)) store.removeItem(key);
    else store.setItem(key, JSON.stringify(value));
  } catch {
    // full or blocked: the value still lives in memory
  }
}
