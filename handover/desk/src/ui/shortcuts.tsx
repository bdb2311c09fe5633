import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import { enableSingleKeys, singleKeys } from "./commands";
import { Dialog } from "./dialog";
import { KEYS, keyText, OWN_KEYS, PLACES, type KeyId, type OwnKeyId, type Place } from "./keys";

interface Line {
  key: string;
  words: string;
}

/** All keys of the desk, by place, whether or not they do something right now. */
export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const isHeld = useWorkplace().writing.settings.value.send_by === "ctrl_enter";
  return (
    <Dialog title={t("shortcuts.title")} name="shortcuts" onClose={onClose}>
      <div class="shortcuts" role="region" aria-label={t("shortcuts.title")} tabIndex={0} autofocus>
        <div class="shortcut-columns">
          {PLACES.map((place) => (
            <section key={place} aria-labelledby={`keys-${place}`}>
              <h3 id={`keys-${place}`}>{t(`shortcuts.place.${place}`)}</h3>
              <dl>
                {linesOf(place, isHeld).map(({ key, words }) => (
                  <div key={words}>
                    <dt>
                      <kbd>{keyText(key)}</kbd>
                    </dt>
                    <dd>{words}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
      </div>
      <label class="check">
        <input
          type="checkbox"
          checked={singleKeys.value}
          onChange={(event) => enableSingleKeys(event.currentTarget.checked)}
          data-testid="single-keys"
        />
        {t("shortcuts.enabled")}
      </label>
      <p class="quiet">{t("shortcuts.about")}</p>
      <div class="buttons">
        <button type="button" class="primary" onClick={onClose}>
          {t("dialog.close")}
        </button>
      </div>
    </Dialog>
  );
}

function linesOf(place: Place, isHeld: boolean): Line[] {
  const bound = Object.keys(KEYS).map((id) => [KEYS[id as KeyId], t(`command.${id as KeyId}`)] as const);
  const own = Object.keys(OWN_KEYS).map((id) => [OWN_KEYS[id as OwnKeyId], t(`own_key.${id as OwnKeyId}`)] as const);
  return [...bound, ...own]
    .filter(([one]) => one.place === place)
    .map(([{ key }, words]) => ({ key: key === "Enter" && isHeld ? "Mod+Enter" : key, words }));
}
