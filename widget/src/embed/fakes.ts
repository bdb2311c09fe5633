import type { Options } from "./options";

/** For tests: what a tag without attributes comes to. */
export const OPTIONS: Options = {
  server: "https://desk.example",
  language: "de",
  label: "Chat",
  side: "right",
  theme: "auto",
  identityToken: null,
  consent: null,
  serviceMail: null,
  sound: false,
  titleNotice: true,
};
