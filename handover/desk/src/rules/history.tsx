import { readable } from "@widget/messages/markdown";
import { t } from "../texts";
import { moment } from "../texts/format";
import { changeSentence } from "../texts/rules";
import type { RulesChange, RulesVersion, RulesView } from "../wire-rules";

interface Props {
  view: RulesView;
  onBringBack: (version: RulesVersion) => void;
}

/** Every version that counted, the newest first, and what each one changed. */
export function History({ view, onBringBack }: Props) {
  return (
    <section class="card rules-part" aria-labelledby="rules-history" data-testid="rules-history">
      <h2 id="rules-history">{t("rules.history")}</h2>
      <ol class="lines">
        {view.history.map((one, index) => (
          <li key={one.version} data-testid="rules-version" data-version={one.version}>
            <span class="version-head">
              <b>{one.version ? t("rules.version", { version: one.version }) : view.file_name}</b>
              <span class="quiet">{authorOf(one)}</span>
            </span>
            {index > 0 && (
              <span class="end">
                <button
                  type="button"
                  aria-label={t("rules.bring_back_of", { name: one.version ? String(one.version) : view.file_name })}
                  onClick={() => onBringBack(one)}
                  data-testid="rules-bring-back"
                >
                  {t("rules.bring_back")}
                </button>
              </span>
            )}
            {one.brought_back !== null && <span class="quiet wide">{broughtBack(one, view.file_name)}</span>}
            {one.note && <q class="wide">{readable(one.note)}</q>}
            {one.changes.length > 0 && (
              <details class="wide">
                <summary>{t("rules.changes", { count: one.changes.length })}</summary>
                <Changes changes={one.changes} />
              </details>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

export function Changes({ changes }: { changes: readonly RulesChange[] }) {
  return (
    <ul class="rules-changes" data-testid="rules-changes">
      {changes.map((one) => (
        <li key={one.place}>{changeSentence(one)}</li>
      ))}
    </ul>
  );
}

function authorOf(one: RulesVersion): string {
  if (!one.at) return t("rules.of_file");
  const name = one.agent_name ? readable(one.agent_name) : t("rules.command_line");
  return t("rules.by", { name, at: moment(one.at) });
}

function broughtBack(one: RulesVersion, file: string): string {
  if (one.brought_back === 0) return t("rules.brought_back.file", { file });
  return t("rules.brought_back", { version: one.brought_back ?? 0 });
}
