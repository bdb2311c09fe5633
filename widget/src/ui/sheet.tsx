import type { ComponentChildren } from "preact";
import { useCallback, useLayoutEffect, useRef, useState } from "preact/hooks";

/** A page inside the panel, in the place of the messages, e.g. an article: one at a time. */
export interface Sheet {
  /** Tells where the visitor is: the heading. */
  title: string;
  body: ComponentChildren;
}

export interface Sheets {
  current: Sheet | null;
  /** Shows `sheet`; the focus goes into it, and back to where it was when the sheet is closed. */
  show(sheet: Sheet): void;
  back(): void;
}

export function useSheets(panel: { current: HTMLElement | null }): Sheets {
  const [current, setCurrent] = useState<Sheet | null>(null);
  const cameFrom = useRef<HTMLElement | null>(null);
  const isClosing = useRef(false);

  useLayoutEffect(() => {
    if (current || !isClosing.current) return;
    isClosing.current = false;
    const target = cameFrom.current?.isConnected ? cameFrom.current : panel.current;
    target?.focus();
  }, [current]);

  const show = useCallback((sheet: Sheet): void => {
    setCurrent((before) => {
      if (!before) cameFrom.current = focused(panel.current);
      return sheet;
    });
  }, []);
  const back = useCallback((): void => {
    isClosing.current = true;
    setCurrent(null);
  }, []);
  return { current, show, back };
}

function focused(panel: HTMLElement | null): HTMLElement | null {
  return ((panel?.getRootNode() as ShadowRoot | undefined)?.activeElement as HTMLElement | null | undefined) ?? null;
}
