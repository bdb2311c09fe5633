import type { VNode } from "preact";
import type { Language } from "../connection/wire";
import { useShared } from "./context";
import { CloseIcon, EndIcon } from "./icons";

const LANGUAGES: readonly { code: Language; name: string }[] = [
  { code: "de", name: "Deutsch" },
  { code: "en", name: "English" },
];

export function Header({ onEnd, onClose }: { onEnd(): void; onClose(): void }): VNode {
  const { connection, language, model, shop, say } = useShared();
  const canEnd = model.view !== null && model.view.state !== "closed";
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
            onClick={() => code !== language && connection.send({ type: "set_language", language: code })}
          >
            {code.toUpperCase()}
          </button>
        ))}
      </div>
      <button
        type="button"
        class="icon-button"
        title={say("end")}
        aria-label={say("end")}
        disabled={!canEnd}
        data-testid="end-conversation"
        onClick={onEnd}
      >
        <EndIcon />
      </button>
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
    </div>
  );
}
