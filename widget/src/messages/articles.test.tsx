import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { render } from "preact";
import { expect, test } from "vitest";
import { Markdown } from "./markdown";

const FOLDER = join(import.meta.dirname, "../../../knowledge/articles");
const FILES = readdirSync(FOLDER, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".md"));

/** Marks that Markdown would have turned into something. */
const LEFT_OVER = /\*\*|\]\(|`|^#{1,6} |^ *[-*+] |^ *\d+[.)] |^>|^\|/m;

function drawn(body: string): HTMLElement {
  const place = document.createElement("div");
  render(<Markdown text={body} />, place);
  return place;
}

test.each(FILES)("%s is drawn without a mark left over, and all its words are there", (name) => {
  const [, , ...rest] = readFileSync(join(FOLDER, name), "utf8").split(/^---$/m);
  const body = rest.join("---").trim();
  const place = drawn(body);
  const lines = [...place.querySelectorAll("p, li, pre")].map((line) => line.textContent ?? "");
  expect(lines.filter((line) => LEFT_OVER.test(line))).toEqual([]);
  const words = (text: string): string[] => text.match(/[\p{L}\p{N}]+/gu) ?? [];
  const isMarker = /^\s*\d+[.)]\s/gm; // numbers of a list are drawn by the browser
  expect(words(lines.join(" "))).toEqual(words(body.replace(isMarker, "").replace(/\]\([^)]*\)/g, "]")));
});
