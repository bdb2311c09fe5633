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
  readonly root: ShadowRoot;
  focus(): void;
  /** Takes the button, and all that stands in its shadow root, out of the page. */
  remove(): void;
  show(state: "ready" | "busy" | "hidden" | "trouble"): void;
  unread(count: number): void;
}

export function drawLauncher({ language, label, side, theme, serviceMail }: Options, pressed: () => void): Launcher {
  const texts = TEXTS[language];
  const host = document.createElement("kulanz-chat");
  host.dataset["side"] = side;
  host.dataset["theme"] = theme;
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
  const mail = document.createElement("a");
  mail.href = `mailto:${serviceMail}`;
  mail.textContent = serviceMail;
  const name = element("span", "label");
  name.textContent = label;
  button.append(bubble(), name, badge);
  button.addEventListener("click", pressed);
  root.append(button, trouble);

  const unread = (count: number): void => {
    badge.textContent = `${count || ""}`;
    button.ariaLabel = (count ? texts.unread : texts.open).replace("{label}", label).replace("{count}", `${count}`);
  };
  unread(0);
  const place = (): void => {
    document.documentElement.append(host); // beside the body, which the page may move or replace
    host.popover = "manual"; // above whatever the page lays over itself, and out of reach of its transforms
    host.showPopover?.();
  };
  if (document.body) place();
  else addEventListener("DOMContentLoaded", place);

  return {
    root,
    unread,
    focus: () => button.focus(),
    remove() {
      removeEventListener("DOMContentLoaded", place);
      host.remove();
    },
    show(state) {
      button.hidden = state === "hidden";
      button.ariaBusy = `${state === "busy"}`;
      trouble.textContent = "";
      if (state === "trouble") trouble.append(texts.trouble, serviceMail ? mail : "");
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
