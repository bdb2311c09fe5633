import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useShared } from "./context";
import { MenuIcon } from "./icons";
import { form } from "./lazy";

const MenuList = form((forms) => forms.MenuList);

/** The rarer things, behind one button. A press elsewhere closes the menu. */
export function Menu(): VNode {
  const { say } = useShared();
  const [isOpen, setIsOpen] = useState(false);
  const area = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const close = (): void => {
    setIsOpen(false);
    button.current?.focus();
  };

  useEffect(() => {
    const root = area.current?.getRootNode();
    if (!isOpen || !root) return;
    const pressedElsewhere = ({ target }: Event): void => {
      if (!area.current?.contains(target as Node)) setIsOpen(false);
    };
    root.addEventListener("pointerdown", pressedElsewhere);
    return () => root.removeEventListener("pointerdown", pressedElsewhere);
  }, [isOpen]);

  const pressed = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && isOpen) {
      event.stopPropagation(); // it closes one thing at a time
      close();
    } else if (event.key === "ArrowDown" && !isOpen) {
      event.preventDefault();
      setIsOpen(true);
    }
  };
  return (
    <div class="menu" ref={area} onKeyDown={pressed}>
      <button
        type="button"
        class="icon-button"
        ref={button}
        title={say("menu")}
        aria-label={say("menu")}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        data-testid="menu"
        onClick={() => (isOpen ? close() : setIsOpen(true))}
      >
        <MenuIcon />
      </button>
      {isOpen && (
        <div class="menu-list">
          <MenuList onDone={close} />
        </div>
      )}
    </div>
  );
}
