import { readable } from "@widget/messages/markdown";
import { useState } from "preact/hooks";
import { counted, forCode, t } from "../texts";
import { intentName } from "../texts/events";
import { percent } from "../texts/format";
import type { SearchRecord } from "../wire";
import type { MessageUnderstood } from "../wire-dossier";
import { Chip, Share } from "../ui/parts";
import { Section } from "../ui/section";

const SHOWN = 3;
/** Messages that are shown at first, and with each press on the button. */
const PAGE = 5;

interface Props {
  understood: readonly MessageUnderstood[];
  onJump: () => void;
}

/** What the bot read in each message, the latest first, and where it looked for an answer. */
export function Understanding({ understood, onJump }: Props) {
  const [shown, setShown] = useState(PAGE);
  if (understood.length === 0) return null;
  const latest = [...understood].reverse().slice(0, shown);
  const more = understood.length - latest.length;
  return (
    <Section title={t("dossier.understanding")} name="understanding" count={understood.length} open>
      <ol class="understood">
        {latest.map((each) => (
          <li key={each.message_number} data-testid="understood" data-number={each.message_number}>
            <p class="said">
              {each.text ? (
                <a href={`#m${each.message_number}`} onClick={onJump}>
                  {readable(each.text)}
                </a>
              ) : (
                <span class="quiet">{t("understood.no_text")}</span>
              )}
              {each.aside && <span class="quiet"> · {t("understood.aside")}</span>}
            </p>
            <Intents intents={each.intents} />
            <Entities each={each} />
            <Passages each={each} />
          </li>
        ))}
      </ol>
      {more > 0 && (
        <button type="button" onClick={() => setShown(shown + PAGE)} data-testid="understood-more">
          {counted("understood.more", more)}
        </button>
      )}
    </Section>
  );
}

function Intents({ intents }: Pick<MessageUnderstood, "intents">) {
  if (intents.length === 0) return <p class="quiet">{t("event.understood_nothing")}</p>;
  return (
    <ul class="intents">
      {intents.slice(0, SHOWN).map((intent) => (
        <li key={intent.name}>
          <span>{intentName(intent.name)}</span>
          <Share label={t("intent.confidence", { intent: intentName(intent.name) })} value={intent.confidence} />
        </li>
      ))}
    </ul>
  );
}

function Entities({ each }: { each: MessageUnderstood }) {
  if (each.entities.length === 0) return null;
  return (
    <p class="chips">
      {each.entities.map((found) => (
        <Chip key={`${found.entity} ${found.value}`}>
          {t("entity", { name: forCode("entity.name", found.entity), value: found.value })}
        </Chip>
      ))}
    </p>
  );
}

function Passages({ each }: { each: MessageUnderstood }) {
  if (each.passages.length === 0 && !each.search) return null;
  return (
    <details class="item">
      <summary>
        {t(each.aside ? "passages.title_aside" : "passages.title")} {each.helped !== null && <Helped helped={each.helped} />}
      </summary>
      {each.search && <p class="quiet">{searchResult(each.search)}</p>}
      <ul class="lines">
        {each.passages.map((passage, index) => (
          <li key={index}>
            <span>{passage.title}</span>
            {passage.used && <Chip kind="good">{t(each.aside ? "passages.possible" : "passages.used")}</Chip>}
            <span class="end">{percent(passage.score)}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

function searchResult({ decision, confidence }: SearchRecord): string {
  return t("search.result", { decision: t(`search.decision.${decision}`), share: percent(confidence) });
}

function Helped({ helped }: { helped: boolean }) {
  return <Chip kind={helped ? "good" : "bad"}>{t(helped ? "passages.helped" : "passages.unhelpful")}</Chip>;
}
