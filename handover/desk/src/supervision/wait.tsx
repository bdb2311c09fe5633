import { SOON } from "../state/service-level";
import { t } from "../texts";
import { seconds as clock } from "../ui/ticking";

export type Promised = "kept" | "close" | "over";

export function promised(seconds: number, within: number | null): Promised {
  if (within === null || seconds < within * SOON) return "kept";
  return seconds > within ? "over" : "close";
}

/** `3:20`, from an hour on `1:03:20`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] ? parts : parts.slice(1);
  return shown.map((part, index) => (index ? String(part).padStart(2, "0") : String(part))).join(":");
}

/** How long it has lasted, ticking, and in words how that stands to what is promised. */
export function Wait({ since, within }: { since: string; within: number | null }) {
  const seconds = (clock.value - Date.parse(since)) / 1_000;
  const state = promised(seconds, within);
  return (
    <span class={`wait wait-${state}`} data-promised={state}>
      <span class="wait-time">{duration(seconds)}</span>
      {state !== "kept" && <span class="wait-word">{t(`live.promise.${state}`)}</span>}
    </span>
  );
}
