import { useEffect } from "preact/hooks";
import { links } from "../state/route";
import { useWorkplace } from "../state/workplace";
import { forCode, t } from "../texts";
import { customerName } from "./parts";

const STAYS = 8_000;

/** Somebody has begun to wait: said once, in passing. The list keeps it. */
export function ArrivalNotice() {
  const { arrived, rows, open, queue } = useWorkplace();
  const row = arrived.value;
  const isOffered = row && queue.mine.value.some(({ queued }) => queued.summary.id === row.id);
  const news = row && !isOffered && rows.value.get(row.id)?.state === "waiting" && open.value?.id !== row.id;
  useEffect(() => {
    const timer = row && setTimeout(() => (arrived.value = null), STAYS);
    return () => clearTimeout(timer ?? undefined);
  }, [row]);
  return (
    <div role="status" class="arrival" data-testid="arrival">
      {news && (
        <a href={links.conversation(row.id)} onClick={() => (arrived.value = null)}>
          {t("arrival", { name: customerName(row), reason: forCode("reason", row.reason ?? "") })}
        </a>
      )}
    </div>
  );
}
