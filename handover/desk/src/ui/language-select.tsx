import { choose, language, t } from "../texts";
import type { Language } from "../wire";

/** Each language is named in itself, so that it is found by who reads no other. */
export function LanguageSelect() {
  return (
    <label class="language-select">
      {t("language.label")}
      <select
        value={language.value}
        onChange={(event) => choose(event.currentTarget.value as Language)}
        data-testid="language"
      >
        <option value="de" lang="de">
          Deutsch
        </option>
        <option value="en" lang="en">
          English
        </option>
      </select>
    </label>
  );
}
