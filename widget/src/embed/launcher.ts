import type { Language } from "../connection/wire";
import css from "./launcher.css?inline";
import type { Options } from "./options";

const TEXTS: Record<Language, { open: string; unread: string; trouble: string }> = {
  de: {
    open: "{label} öffnen",
    unread: "{label} öffnen, ungelesen: {count}",
    trouble: "Der Chat ist gerade nicht erreichbar. Bitte versuchen Sie es gleich noch einmal.",
  },
  en: {
    open: "Open {label}",
    unread: "Open {label}, unread: {count}",
    trouble: "The chat cannot be reached right now. Please try again in a moment.",
  },
};

/** The button in the corner, in a shadow root of its own. */
export interface Launcher {
  readonly host: HTMLElement;
  readonly root: ShadowRoot;
  focus(): void;
  show(state: "ready" | "busy" | "hidden" | "trouble"): void;
  unread(count: number): void;
}

export function drawLauncher({ language, label, side }: Options, pressed: () => void): Launcher {
  const texts = TEXTS[language];
  const host = document.createElement("kulanz-chat");
  host.dataset["side"] = side;
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];

  const button = element("button", "launcher");
  button.type = "button";
  button.lang = language;
  button.dataset["testid"] = "kulanz-launcher";
  const badge = element("span", "badge");
  const trouble = element("div", "trouble");
  trouble.setAttribute("role", "alert");
  trouble.lang = language;
  button.append(bubble(), label, badge);
  button.addEventListener("click", pressed);
  root.append(button, trouble);

  const unread = (count: number): void => {
    badge.textContent = count ? String(count) : "";
    button.ariaLabel = (count ? texts.unread : texts.open).replace("{label}", label).replace("{count}", String(count));
  };
  unread(0);
  document.documentElement.append(host); // beside the body, which the page may move, filter or replace

  return {
    host,
    root,
    unread,
    focus: () => button.focus(),
    show(state) {
      button.hidden = state === "hidden";
      button.ariaBusy = String(state === "busy");
      trouble.textContent = state === "trouble" ? texts.trouble : "";
    },
  };
}

function element<Name extends keyof HTMLElementTagNameMap>(name: Name, className: string): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  made.className = className;
  return made;
}

function bubble(): SVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(svg.namespaceURI, "path") as SVGPathElement;
  path.setAttribute("d", "M4 5h16v11H10l-5 4v-4H4zM8 9h8M8 12h5");
  svg.append(path);
  return svg;
}
