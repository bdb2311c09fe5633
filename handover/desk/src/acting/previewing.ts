import { useEffect, useState } from "preact/hooks";
import { errorSentence } from "../texts/errors";

export interface Preview<T> {
  seen: T | null;
  looking: boolean;
  failed: string | null;
  /** What is seen instead: a refusal that came only when it was to be done. */
  show: (answer: T) => void;
  /** After a failure, without anything else having changed. */
  again: () => void;
}

/** What would become of `wish`, asked anew whenever it changes. Null: nothing is wished for yet. The latest wish counts. */
export function usePreview<W, T>(wish: W | null, ask: (wish: W) => Promise<T>): Preview<T> {
  const [seen, show] = useState<T | null>(null);
  const [looking, setLooking] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const [tries, setTries] = useState(0);
  const key = JSON.stringify(wish);
  useEffect(() => {
    show(null);
    setFailed(null);
    setLooking(wish !== null);
    if (wish === null) return;
    let isCurrent = true;
    const settled = (tell: () => void) => {
      if (!isCurrent) return;
      setLooking(false);
      tell();
    };
    ask(wish).then(
      (answer) => settled(() => show(answer)),
      (error) => settled(() => setFailed(errorSentence(error))),
    );
    return () => void (isCurrent = false);
  }, [key, tries]);
  return { seen, looking, failed, show, again: () => setTries((before) => before + 1) };
}
