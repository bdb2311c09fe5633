import { useEffect, useRef } from "preact/hooks";
import { wish } from "../state/wishes";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import { clock, opening } from "../texts/format";
import { statusText, topicName } from "../texts/routing";
import type { Colleague } from "../wire-queue";
import { Chip, Empty } from "../ui/parts";

/** Whether the desk is open to visitors now; and, where cases are offered, that none comes to me. */
export function DeskState() {
  const { queue: watch, shifts } = useWorkplace();
  const { view, failed, me } = watch;
  const queue = view.value;
  const isPassedBy = queue?.mode === "offer" && me.value && me.value.status !== "available";
  return (
    <p class="desk-state" role="status" data-testid="desk-state" data-open={queue?.open}>
      {queue && <Chip kind={queue.open ? "good" : "warn"}>{openText(queue.open, queue.opens_at)}</Chip>}
      {isPassedBy && <span class="quiet">{t("desk.passed_by")}</span>}
      {queue?.mode === "offer" && !isPassedBy && shifts.view.value?.ending && (
        <span class="quiet">{t("shift.ending")}</span>
      )}
      {failed.value && <span class="bad-text">{t("queue.failed")}</span>}
    </p>
  );
}

function openText(open: boolean, opensAt: string | null): string {
  if (open) return t("desk.open");
  return opensAt ? t("desk.closed_until", { when: opening(opensAt) }) : t("desk.closed");
}

/** Who is there, and how much they have to do. */
export function Team() {
  const { view } = useWorkplace().queue;
  const box = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    if (wish.value?.part !== "team") return;
    wish.value = null;
    box.current!.open = true;
    box.current!.querySelector("summary")!.focus();
  }, [wish.value]);
  const agents = view.value && [...view.value.agents].sort(byPresence);
  const present = agents?.filter(isAvailable).length ?? 0;
  return (
    <details class="list" ref={box} data-testid="team">
      <summary>
        <h2>{t("team.title")}</h2>
        <span class="count" title={t("team.available")}>
          {present}
        </span>
      </summary>
      {agents?.length ? (
        <ul class="team">
          {agents.map((one) => (
            <Member key={one.id} one={one} />
          ))}
        </ul>
      ) : (
        <Empty>{t(agents ? "team.empty" : "loading")}</Empty>
      )}
    </details>
  );
}

const isAvailable = (one: Colleague): boolean => one.online && one.status === "available";

/** Whoever can take a case stands at the top. */
function byPresence(one: Colleague, other: Colleague): number {
  return Number(isAvailable(other)) - Number(isAvailable(one)) || one.name.localeCompare(other.name);
}

function Member({ one }: { one: Colleague }) {
  const { agent } = useWorkplace();
  const look = one.online ? one.status : "off";
  return (
    <li data-testid="colleague" data-id={one.id} data-status={one.status} data-online={one.online}>
      <span class={`member status-${look}`}>
        <span class="status-dot" aria-hidden="true" />
        <b>{one.id === agent.id ? t("team.me", { name: one.name }) : one.name}</b>
        <span class="end">{t("load", { load: one.load, limit: one.load_limit })}</span>
      </span>
      <span class="quiet">
        {statusText(one)}
        {one.online && one.shift_until && ` · ${t("shift.until", { clock: clock(one.shift_until) })}`}
      </span>
      <span class="chips">
        {one.languages.map((language) => (
          <Chip key={language}>{t(`language.${language}`)}</Chip>
        ))}
        {one.topics.length === 0 && <Chip>{t("topic.all")}</Chip>}
        {one.topics.map((topic) => (
          <Chip key={topic}>{topicName(topic)}</Chip>
        ))}
      </span>
    </li>
  );
}
