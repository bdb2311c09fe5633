import { expect, test } from "vitest";
import { fill } from ".";
import { texts as de } from "./de";
import { texts as deParts } from "./de-parts";
import { texts as en } from "./en";
import { texts as enParts } from "./en-parts";

const blanks = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();

test("each sentence has the same blanks in both languages", () => {
  const [german, english] = [{ ...de, ...deParts }, { ...en, ...enParts }] as Record<string, string>[];
  const keys = Object.keys(german as object);
  for (const key of keys) expect([key, blanks(english?.[key] ?? "")]).toEqual([key, blanks(german?.[key] ?? "")]);
});

test("the panel brings the sentences that it says itself, and no others", () => {
  const said = saidFrom("../ui/panel.tsx");
  const isSaid = (key: string): boolean => said.includes(`"${key}"`);
  expect(Object.keys(deParts).filter(isSaid)).toEqual([]);
  expect(Object.keys(de).filter((key) => !isSaid(key))).toEqual([]);
});

test("values are filled in as they are, and a missing one shows", () => {
  expect(fill("{name} of {count}", { name: "{count}$&" })).toBe("{count}$& of {count}");
});

/** The text of `entry` and of all it imports at once: not of parts, which are fetched by `import()`. */
function saidFrom(entry: string): string {
  const sources = import.meta.glob<string>(["../**/*.ts", "../**/*.tsx"], { query: "?raw", import: "default", eager: true });
  const found = new Map<string, string>();
  const follow = (path: string): void => {
    const source = sources[path];
    if (source === undefined || found.has(path) || path.startsWith("./")) return;
    found.set(path, source);
    for (const [, name] of source.matchAll(/(?:import|export) (?!type)[^;]*? from "(\.[^"]+)"/g)) {
      const base = new URL(name as string, `file:///src/${path.slice(3)}`).pathname.replace("/src/", "../");
      for (const end of [".ts", ".tsx", "/index.ts"]) follow(base + end);
    }
  };
  follow(entry);
  return [...found.values()].join("\n");
}
