import type { Model } from "../connection/connection";

/** Characters of a mail link that every mail program takes; some cut off the rest without a word. */
const LINK_LIMIT = 1_900;

/** Texts that are written and not sent, in order. */
export function unsentTexts({ outbox }: Pick<Model, "outbox">): string[] {
  return outbox.flatMap(({ frame, number, discarded }) =>
    frame.type === "message" && frame.text && number === null && !discarded ? [frame.text] : [],
  );
}

/** A link that opens the visitor's own mail program; `isShort` if not all of `text` went in. */
export function mailLink(address: string, subject: string, text: string): { href: string; isShort: boolean } {
  const start = `mailto:${encoded(address).replace("%40", "@")}?subject=${encoded(subject)}&body=`;
  let body = "";
  for (const character of text) {
    const next = encoded(character);
    if (start.length + body.length + next.length > LINK_LIMIT) return { href: start + body, isShort: true };
    body += next;
  }
  return { href: start + body, isShort: false };
}

/** Lines end in mails with both characters; half a character, as bad input may hold one, has no code. */
function encoded(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\ufffd").replace(/\r?\n/g, "\r\n"));
}
