import type { Language } from "../connection/wire";

export type Theme = "auto" | "light" | "dark";

/** What a website may say: `data-…` on the tag, or the argument of `embed()`. All of it may be left out. */
export interface EmbedOptions {
  /** Address of the desk, where it is another one than the script's. */
  server?: string | undefined;
  /** `de` or `en` to begin with; without it the page's language, else the browser's. */
  language?: string | undefined;
  /** Text on the button. */
  label?: string | undefined;
  position?: "left" | "right" | undefined;
  /** `auto` follows the visitor's system. */
  theme?: Theme | undefined;
  /** Who is logged in on this website, signed by its server. */
  identityToken?: string | null | undefined;
  /** `ask`: nothing is stored, and nothing asked of the desk, before the visitor has agreed. */
  consent?: "ask" | undefined;
  /** Version of the privacy note; a new one is asked about anew. */
  consentVersion?: string | undefined;
  /** The website's privacy notice; without it the desk's setting. */
  privacyUrl?: string | undefined;
  /** Where visitors may write to while the desk cannot be reached. */
  serviceMail?: string | undefined;
  /** `on`: new messages make a sound from the start; the visitor may change it. */
  sound?: "on" | "off" | undefined;
  /** `off`: the page's title stays as it is when a message comes in a hidden tab. */
  titleNotice?: "on" | "off" | undefined;
}

export interface Options {
  server: string;
  language: Language;
  label: string;
  side: "left" | "right";
  theme: Theme;
  identityToken: string | null;
  consent: ConsentAsked | null;
  serviceMail: string | null;
  sound: boolean;
  titleNotice: boolean;
}

/** What the visitor is asked to agree to. */
export interface ConsentAsked {
  version: string;
  privacyUrl: string;
}

/** The one tag: its own address is the desk's, `data-…` is the rest. */
export function optionsOf(script: HTMLScriptElement): Options {
  return complete(script.dataset as EmbedOptions, script.src);
}

/** `given`, and what goes without saying. `source` is the address of the script, which lies at the desk's. */
export function complete(given: EmbedOptions, source: string): Options {
  const server = (given.server || new URL(".", source).href).replace(/\/$/, "");
  return {
    server,
    language: languageOf(given.language ?? document.documentElement.lang),
    label: given.label ?? "Chat",
    side: given.position === "left" ? "left" : "right",
    theme: given.theme === "light" || given.theme === "dark" ? given.theme : "auto",
    identityToken: given.identityToken || null,
    consent: given.consent === "ask" ? consentOf(given, server) : null,
    serviceMail: given.serviceMail || null,
    sound: given.sound === "on",
    titleNotice: given.titleNotice !== "off",
  };
}

function consentOf({ consentVersion, privacyUrl }: EmbedOptions, server: string): ConsentAsked {
  const link = document.createElement("a");
  link.href = privacyUrl || "";
  const isWeb = privacyUrl && /^https?:$/.test(link.protocol);
  return { version: consentVersion || "1", privacyUrl: isWeb ? link.href : `${server}/privacy` };
}

function languageOf(tag: string): Language {
  return /^de\b/i.test(tag || navigator.language) ? "de" : "en";
}
