/** What the desk answers to a question, and what keeps it from answering; asked anew whenever the question changes. */

import { useEffect, useState } from "preact/hooks";
import { errorSentence } from "../texts/errors";

export interface Fetched<T> {
  /** The latest answer; it stays while the next one is on its way, and when that fails. */
  found: T | null;
  error: string | null;
  again: () => void;
}

/** `about`: what the question is made of. `pause`: milliseconds in which it may still change. */
export function useFetched<T>(ask: () => Promise<T>, about: readonly unknown[] = [], pause = 0): Fetched<T> {
  const [found, setFound] = useState<T | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [tries, setTries] = useState(0);

  useEffect(() => {
    let isCurrent = true;
    const look = async () => {
      try {
        const answer = await ask();
        if (!isCurrent) return;
        setFound(answer);
        setError(null);
      } catch (failure) {
        if (isCurrent) setError(errorSentence(failure));
      }
    };
    const timer = setTimeout(() => void look(), pause);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [...about, tries]);

  return { found, error, again: () => setTries((before) => before + 1) };
}
