import { useEffect, useState } from "preact/hooks";
import type { Draft } from "../connection/draft";

/** The unsent text of this tab, wherever it is shown. */
export function useDraft(draft: Draft): string {
  const [text, setText] = useState(draft.text);
  useEffect(() => {
    setText(draft.text);
    return draft.subscribe(() => setText(draft.text));
  }, [draft]);
  return text;
}
