import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Language } from "../connection/wire";
import { loadTexts } from "../locales";
import { useShared } from "./context";
import { CloseIcon } from "./icons";
import { Menu } from "./menu";

const LANGUAGES: readonly { code: Language; name: string }[] = [
  { code: "de", name: "Deutsch" },
  { code: "en", name: "English" },
];

/** `hasMenu`: there is a conversation, or may be one. */
export function Header({ hasMenu, onClose }: { hasMenu: boolean; onClose(): void }): VNode {
  const { connection, language, shop, say } = useShared();
  const [hasFailed, setHasFailed] = useState(false);
  const speak = async (wanted: Language): Promise<void> => {
    setHasFailed(false);
    try {
      await loadTexts(wanted);
      connection.send({ type: "set_language", language: wanted });
    } catch {
      setHasFailed(true);
    }
  };
  return (
    <div class="header">
      <h2 class="shop">{shop?.shop ?? say("panel")}</h2>
      <div class="languages" role="group" aria-label={say("language")}>
        {LANGUAGES.map(({ code, name }) => (
          <button
            key={code}
            type="button"
            lang={code}
            title={name}
            aria-label={`${code.toUpperCase()} (${name})`}
            aria-pressed={code === language}
            data-testid={`language-${code}`}
            onClick={() => code !== language && void speak(code)}
          >
            {code.toUpperCase()}
          </button>
        ))}
      </div>
      {hasMenu && <Menu />}
      <button
        type="button"
        class="icon-button"
        title={say("close")}
        aria-label={say("close")}
        data-testid="close-panel"
        onClick={onClose}
      >
        <CloseIcon />
      </button>
      <p class="header-note" role="status" data-testid="language-failed">
        {hasFailed && say("languageFailed")}
      </p>
    </div>
  );
}
