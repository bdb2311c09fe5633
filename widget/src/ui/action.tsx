import type { ComponentChildren, RefObject, VNode } from "preact";
import { useLayoutEffect } from "preact/hooks";
import { useShared } from "./context";

interface ActionProps {
  class: string;
  testid: string;
  disabled?: boolean;
  pressed?: boolean;
  onPress(): void;
  children: ComponentChildren;
}

/** A button that is done once pressed: the focus goes on instead of getting lost. */
export function Action({ class: look, testid, disabled = false, pressed, onPress, children }: ActionProps): VNode {
  const { toComposer, toPanel } = useShared();
  const press = ({ currentTarget }: { currentTarget: Element }): void => {
    const byKeyboard = currentTarget.matches(":focus-visible");
    onPress();
    if (byKeyboard) toComposer();
    else toPanel(); // a finger's press shall not call up the phone's keyboard
  };
  return (
    <button type="button" class={look} disabled={disabled} aria-pressed={pressed} data-testid={testid} onClick={press}>
      {children}
    </button>
  );
}

/** When `area` goes away with the focus inside it, the composer takes the focus. */
export function useFocusBack(area: RefObject<HTMLElement | null>): void {
  const { toComposer } = useShared();
  useLayoutEffect(() => {
    const element = area.current;
    if (!element) return;
    return () => {
      const { activeElement } = element.getRootNode() as ShadowRoot;
      if (element.contains(activeElement)) toComposer();
    };
  }, [area]);
}
