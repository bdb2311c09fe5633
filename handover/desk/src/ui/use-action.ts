/** One user action at a time: busy while it runs, its failure as a sentence, to be tried again. */

import { useState } from "preact/hooks";
import { errorSentence } from "../texts/errors";

export interface Action {
  busy: boolean;
  error: string | null;
  /** True when `work` succeeded. */
  run: (work: () => Promise<unknown>) => Promise<boolean>;
}

export function useAction(sentence = errorSentence): Action {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);

  async function run(work: () => Promise<unknown>): Promise<boolean> {
    if (busy) return false;
    setBusy(true);
    setError(null);
    try {
      await work();
      return true;
    } catch (failure) {
      setError(sentence(failure));
      return false;
    } finally {
      setBusy(false);
    }
  }

  return { busy, error, run };
}
