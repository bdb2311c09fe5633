import type { VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useShared } from "./context";
import { CheckIcon } from "./icons";
import { useMenuEntries, type MenuEntry } from "./menu-entries";

/** The entries of the header's menu: arrows move, Tab closes, `onDone` takes the focus back. */
export function MenuList({ onDone }: { onDone(): void }): VNode {
  const { say } = useShared();
  const list = useRef<HTMLDivElement>(null);
  const items = (): HTMLElement[] => [...(list.current?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? [])];
  useLayoutEffect(() => items()[0]?.focus(), []);

  const move = (event: KeyboardEvent): void => {
    const all = items();
    const at = all.indexOf(event.target as HTMLElement);
    const goal = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (goal !== undefined) {
      event.preventDefault();
      all.at(goal % all.length)?.focus();
    } else if (event.key === "Tab") {
      event.preventDefault();
      onDone();
    }
  };
  return (
    <div role="menu" aria-label={say("menu")} ref={list} onKeyDown={move}>
      {useMenuEntries().map((entry) => (
        <Item key={entry.id} entry={entry} onDone={onDone} />
      ))}
    </div>
  );
}

function Item({ entry: { id, label, checked, disabled = false, href, press }, onDone }: ItemProps): VNode {
  const common = { tabIndex: -1, class: "menu-item", "data-testid": `menu-${id}` };
  if (href)
    return (
      <a {...common} role="menuitem" href={href} target="_blank" rel="noopener" onClick={onDone}>
        {label}
      </a>
    );
  const pressed = (): void => {
    if (disabled) return;
    if (checked === undefined) onDone(); // first, so that what it opens may take the focus
    press?.();
  };
  return (
    <button
      {...common}
      type="button"
      role={checked === undefined ? "menuitem" : "menuitemcheckbox"}
      aria-checked={checked}
      aria-disabled={disabled}
      onClick={pressed}
    >
      {label}
      {checked && <CheckIcon />}
    </button>
  );
}

interface ItemProps {
  entry: MenuEntry;
  onDone(): void;
}
