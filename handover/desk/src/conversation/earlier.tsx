import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { OpenConversation } from "../state/conversation";
import { t } from "../texts";

interface Held<T> {
  readonly current: T | null;
}

/** Above the oldest event: the way to those before it. `box` takes the focus when the last of them has come. */
export function Earlier({ open, box }: { open: OpenConversation; box: Held<HTMLElement> }) {
  if (!open.earlier.value) return null;
  const loading = open.older.value === "loading";

  async function load() {
    await open.loadEarlier();
    if (!open.earlier.value) box.current?.focus({ preventScroll: true });
  }

  return (
    <div class="earlier" data-testid="earlier" data-state={open.older.value}>
      {open.older.value === "failed" && <p role="alert">{t("earlier.failed")}</p>}
      <button type="button" aria-disabled={loading} onClick={() => void load()}>
        {t(loading ? "earlier.loading" : "earlier.load")}
      </button>
    </div>
  );
}

/**
 * Keeps what the reader looks at where it is when older events come above it. To be asked on each scroll whether the
 * reader moved up.
 */
export function useSteadyView(box: Held<HTMLElement>, oldest: number | undefined): () => boolean {
  const top = useRef(0);
  const height = useRef(0);
  useLayoutEffect(() => {
    const list = box.current;
    if (list && height.current) list.scrollTop = top.current + list.scrollHeight - height.current;
  }, [oldest]);
  useLayoutEffect(() => {
    height.current = box.current?.scrollHeight ?? 0;
  });
  return () => {
    const before = top.current;
    top.current = box.current?.scrollTop ?? 0;
    return top.current < before;
  };
}

/** A link into the transcript whose event is not here yet: fetch up to it, then go there. */
export function useJumpsBack(open: OpenConversation): void {
  useEffect(() => {
    const jump = async () => {
      const number = /^#m(\d+)$/.exec(location.hash)?.[1];
      if (!number || document.getElementById(`m${number}`)) return;
      await open.reach(Number(number));
      document.getElementById(`m${number}`)?.scrollIntoView({ block: "center" });
    };
    /** The address names it already, but its line may have gone since; see `OpenConversation.shorten`. */
    const jumpAgain = ({ target }: MouseEvent) => {
      const link = target instanceof Element && target.closest<HTMLAnchorElement>('a[href^="#m"]');
      if (link && link.hash === location.hash) void jump();
    };
    addEventListener("hashchange", jump);
    addEventListener("click", jumpAgain);
    return () => {
      removeEventListener("hashchange", jump);
      removeEventListener("click", jumpAgain);
    };
  }, [open]);
}
