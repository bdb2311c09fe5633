import type { VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Item } from "../messages/timeline";
import { useShared } from "./context";

interface Held<T> {
  readonly current: T | null;
}

/** Above the oldest message: the way to those before it. `list` takes the focus when the last of them has come. */
export function Earlier({ list }: { list: Held<HTMLElement> }): VNode | null {
  const { connection, model, say } = useShared();
  if (!model.earlier) return null;
  const isLoading = model.older === "loading";

  const load = async (): Promise<void> => {
    await connection.loadEarlier();
    if (!connection.model.earlier) list.current?.focus({ preventScroll: true });
  };

  return (
    <div class="earlier" data-testid="earlier" data-state={model.older}>
      {model.older === "failed" && <p role="alert">{say("earlierFailed")}</p>}
      <button type="button" class="small" aria-disabled={isLoading} onClick={() => void load()}>
        {say(isLoading ? "loadingEarlier" : "loadEarlier")}
      </button>
    </div>
  );
}

/** How many of `items` came as older ones: they are no news, and no screen reader reads them aloud as such. */
export function useOlderCount(items: readonly Item[]): number {
  const first = useRef<string | undefined>(undefined);
  const place = items.findIndex(({ key }) => key === first.current);
  if (place < 0) first.current = items[0]?.key;
  return Math.max(place, 0);
}

/** Keeps what the reader looks at where it is when older messages come above it. `top`: as the reader left it. */
export function useSteadyView(
  box: Held<HTMLElement>,
  oldest: string | undefined,
  top: { readonly current: number },
): void {
  const height = useRef(0);
  useLayoutEffect(() => {
    const list = box.current;
    if (list && height.current) list.scrollTop = top.current + list.scrollHeight - height.current;
  }, [oldest]);
  useLayoutEffect(() => {
    height.current = box.current?.scrollHeight ?? 0;
  });
}
