import { useSignalEffect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { oneAtATime } from "../state/one-at-a-time";
import { useWorkplace } from "../state/workplace";
import { errorSentence } from "../texts/errors";
import type { LiveView } from "../wire-live";
import * as api from "./api";

/** Statuses, loads and what went by come without an event of any conversation. */
const REFRESH = 10_000;
/** However densely events come, one look in so many milliseconds. */
const GATHER = 1_000;

export interface Watched {
  view: LiveView | null;
  /** Why the last look failed; what was seen before stays. */
  error: string | null;
  refresh: () => void;
}

/** The live board while its page is open: looked at anew when something happens, and now and then. */
export function useLive(): Watched {
  const { heard } = useWorkplace();
  const [view, setView] = useState<LiveView | null>(null);
  const [error, setError] = useState<string | null>(null);
  const gathering = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const look = useRef(
    oneAtATime(async () => {
      try {
        setView(await api.live());
        setError(null);
      } catch (failure) {
        setError(errorSentence(failure));
      }
    }),
  ).current;

  useEffect(() => {
    const now = () => document.visibilityState === "visible" && void look();
    void look();
    const interval = setInterval(now, REFRESH);
    document.addEventListener("visibilitychange", now);
    return () => {
      clearInterval(interval);
      clearTimeout(gathering.current);
      document.removeEventListener("visibilitychange", now);
    };
  }, []);
  useSignalEffect(() => {
    if (!heard.value) return;
    gathering.current ??= setTimeout(() => {
      gathering.current = undefined;
      if (document.visibilityState === "visible") void look(); // else once the page is in sight again
    }, GATHER);
  });
  return { view, error, refresh: () => void look() };
}
