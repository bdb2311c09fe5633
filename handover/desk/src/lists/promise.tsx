import { promised, standing, type Promised } from "../state/service-level";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import { duration } from "../texts/format";
import type { ConversationSummary } from "../wire";
import { Chip } from "../ui/parts";
import { seconds } from "../ui/ticking";

/** High time, or too late, for whoever waits here: in words, and ticking. */
export function PromiseMark({ row }: { row: ConversationSummary }) {
  const { queue } = useWorkplace();
  const promise = promised(row, queue.view.value?.service_level);
  return promise && <Mark promise={promise} waits={row.state === "waiting"} />;
}

function Mark({ promise: { since, allowed }, waits }: { promise: Promised; waits: boolean }) {
  const { state, left } = standing(since, allowed, seconds.value);
  if (state === "in_time") return null;
  const what = waits ? "accept" : "answer";
  return (
    <span class="promise" data-testid="promise" data-state={state}>
      <Chip kind={state === "late" ? "bad" : "warn"}>
        {t(state === "late" ? `promise.${what}.late` : `promise.${what}.soon`, { time: duration(left) })}
      </Chip>
    </span>
  );
}
