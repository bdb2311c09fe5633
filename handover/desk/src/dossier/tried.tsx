import { readable } from "@widget/messages/markdown";
import { t } from "../texts";
import type { MessageUnderstood, PassageTold } from "../wire-dossier";
import { Chip } from "../ui/parts";

const AT_MOST = 3;

/** What the bot answered from, the latest first, and whether it helped. */
export function Tried({ understood, onJump }: { understood: readonly MessageUnderstood[]; onJump: () => void }) {
  const told = answersOf(understood);
  return (
    <section aria-label={t("dossier.tried")} data-testid="tried">
      <h3>{t("dossier.tried")}</h3>
      {told.length === 0 ? (
        <p class="quiet">{t("dossier.tried.none")}</p>
      ) : (
        <ul class="tried">
          {told.slice(0, AT_MOST).map(({ title, number, helped }) => (
            <li key={`${number} ${title}`}>
              <a href={`#m${number}`} onClick={onJump}>
                {readable(title)}
              </a>
              {helped !== null && (
                <Chip kind={helped ? "good" : "bad"}>{t(helped ? "passages.helped" : "passages.unhelpful")}</Chip>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** Each article once, with the verdict on the last time it was told. */
export function answersOf(understood: readonly MessageUnderstood[]): PassageTold[] {
  const told = new Map<string, PassageTold>();
  for (const { passages, aside, helped, message_number: number } of [...understood].reverse()) {
    if (aside) continue;
    for (const { article_id: id, title, used } of passages) {
      if (used && !told.has(id)) told.set(id, { title, number, helped });
    }
  }
  return [...told.values()];
}
