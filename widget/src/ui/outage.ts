import { useEffect, useState } from "preact/hooks";
import type { Model } from "../connection/connection";

/** Milliseconds: a shorter blip is nobody's business; after the longer one there has to be another way to reach us. */
const QUIET = 2_000;
const LONG = 30_000;
const LOOK = 250;

export type Outage = "none" | "told" | "long";

/** How long there has been no line, in steps. By the wall clock, looked at often: a laptop's timers sleep with it. */
export function outage({ downSince }: Pick<Model, "downSince">, now = Date.now()): Outage {
  const lasted = downSince === null ? 0 : Math.abs(now - downSince);
  return lasted < QUIET ? "none" : lasted < LONG ? "told" : "long";
}

/** The first attempt is on its way: a slow line is no outage yet. */
export const isTrying = ({ connection, isOnline, hasFailed }: Model): boolean =>
  connection === "connecting" && isOnline && !hasFailed;

export function useOutage(model: Model): Outage {
  const [, look] = useState(0);
  const step = outage(model);
  const isMoving = model.downSince !== null && step !== "long";
  useEffect(() => {
    if (!isMoving) return;
    const timer = setInterval(() => look(Date.now()), LOOK);
    return () => clearInterval(timer);
  }, [isMoving]);
  return step;
}
