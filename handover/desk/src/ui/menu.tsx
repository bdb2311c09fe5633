import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

interface Props {
  title: string;
  name: string;
  /** What waits in it; nothing is not worth a word. */
  count?: number;
  children: ComponentChildren;
}

/** A button that opens what is under it: a native `<details>`. It folds as menus do. */
export function Menu({ title, name, count = 0, children }: Props) {
  const menu = useFolding();
  return (
    <details class="menu" ref={menu} onKeyDown={leaveMenu} data-testid={name}>
      <summary>
        {title}
        {count > 0 && (
          <>
            {" "}
            <span class="unread">{count}</span>
          </>
        )}
      </summary>
      {children}
    </details>
  );
}

/** Folds the menu that something was chosen in, and gives the focus back to what opened it. */
export function fold(chosen: Event): void {
  const menu = (chosen.currentTarget as Element).closest("details")!;
  menu.open = false;
  menu.querySelector("summary")!.focus();
}

/** When something beside it is pressed. */
function useFolding() {
  const menu = useRef<HTMLDetailsElement>(null);
  useLayoutEffect(() => {
    const beside = (event: Event): void => {
      if (!menu.current!.contains(event.target as Node)) menu.current!.open = false;
    };
    document.addEventListener("pointerdown", beside);
    return () => document.removeEventListener("pointerdown", beside);
  }, []);
  return menu;
}

/** Left with Escape, too, and the focus is back on what opened it. A dialog in it closes by itself. */
function leaveMenu(event: KeyboardEvent): void {
  const menu = event.currentTarget as HTMLDetailsElement;
  if (event.key !== "Escape" || (event.target as Element).closest("dialog")) return;
  menu.open = false;
  menu.querySelector("summary")!.focus();
}
