import type { VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useShared } from "./context";
import { BackIcon } from "./icons";
import type { Sheet } from "./sheet";

export function SheetPage({ sheet: { title, body } }: { sheet: Sheet }): VNode {
  const { say, sheets } = useShared();
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => heading.current?.focus(), [title]);
  return (
    <section class="sheet" aria-labelledby="kulanz-sheet" data-testid="sheet">
      <div class="sheet-head">
        <button
          type="button"
          class="icon-button"
          title={say("back")}
          aria-label={say("back")}
          data-testid="sheet-back"
          onClick={sheets.back}
        >
          <BackIcon />
        </button>
        <h3 id="kulanz-sheet" tabIndex={-1} ref={heading}>
          {title}
        </h3>
      </div>
      <div class="sheet-body">{body}</div>
    </section>
  );
}
