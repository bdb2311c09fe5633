import { useWorkplace } from "../state/workplace";
import { language, t } from "../texts";
import { initials } from "../ui/parts";
import type { ConversationSummary, Viewer } from "../wire";

/**
 * Colleagues who have this conversation before them, and what they write. Who comes is said once to a screen reader; who writes
 * changes all the time and is there to be read.
 */
export function Viewers({ row }: { row: ConversationSummary }) {
  const others = useWorkplace().onlookers.others(row.id);
  const looking = others.filter((one) => one.agent_id !== row.owner_id);
  const writing = others.filter((one) => one.writing !== null);
  return (
    <div class="viewers" data-testid="viewers">
      <p role="status">
        {looking.length > 0 && (
          <>
            {looking.map((one) => (
              <span key={one.agent_id} class="initials" aria-hidden="true" title={called(one)}>
                {initials(one.name)}
              </span>
            ))}
            <span data-testid="looking">{lookingText(looking, row)}</span>
          </>
        )}
      </p>
      {writing.map((one) => (
        <p key={one.agent_id} class="writes" data-testid="colleague-writing" data-about={one.writing}>
          {t(one.writing === "note" ? "viewers.note" : one.agent_id === row.owner_id ? "viewers.message" : "viewers.draft", {
            name: one.name,
          })}
        </p>
      ))}
    </div>
  );
}

/** Whoever looks at a case that waits may be about to take it; at one of a colleague they look on. */
export function lookingText(viewers: readonly Viewer[], { state }: Pick<ConversationSummary, "state">): string {
  const names = new Intl.ListFormat(language.value, { type: "conjunction" }).format(viewers.map(called));
  const which = state === "waiting" ? "viewers.waiting" : "viewers";
  return viewers.length === 1 ? t(`${which}.one`, { name: names }) : t(`${which}.more`, { names });
}

/** That somebody watches who may step in is worth a word. */
const called = ({ name, role }: Viewer): string =>
  role === "agent" ? name : t("viewers.named", { name, role: t(`role.${role}`) });
