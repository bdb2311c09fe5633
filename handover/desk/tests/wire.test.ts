import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { VARIABLES } from "../src/canned/filling";
import en from "../src/locales/en.json";

/** The hand-written wire types against the contract's Python source: same names, same fields. */

type Types = Map<string, string[]>;
const source = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");

function types(text: string, head: RegExp, end: string, field: RegExp): Types {
  const blocks = text.split(head).slice(1);
  const found: Types = new Map();
  for (let at = 0; at + 1 < blocks.length; at += 2) {
    const fields = [...blocks[at + 1]!.split(end)[0]!.matchAll(field)].map((match) => match[1]!);
    found.set(blocks[at]!, [...new Set(fields)].sort());
  }
  return found;
}

const contract = types(
  ["selfservice", "acting", "base", "events", "frames", "routing", "turns", "accounts", "dossier", "search", "audit", "canned", "wrap_up", "tasks", "gaps", "writing", "live", "people", "rules", "mentions", "shifts", "suggestions", "articles"].map((name) => source(`../../contract/${name}.py`)).join("\n"),
  /^class (\w+)\((?:Wire|Payload)\):$/m,
  "\n\n\n",
  /^ {4}([a-z]\w*): (?!ClassVar)/gm,
);
const page = types(
  ["wire", "wire-dossier", "wire-acting", "wire-account", "wire-queue", "wire-search", "wire-canned", "wire-endings", "wire-writing", "wire-live", "wire-people", "wire-rules", "wire-notes", "wire-shifts", "wire-suggestions"].map((name) => source(`../src/${name}.ts`)).join(""),
  /^export interface (\w+) \{$/m,
  "\n}",
  /^ {2}(\w+): /gm,
);

describe("the wire types of the page", () => {
  it.each([...page].filter(([name]) => contract.has(name)))("%s has the contract's fields", (name, fields) => {
    expect(fields).toEqual(contract.get(name));
  });

  it("are compared at all", () => {
    expect([...page.keys()].filter((name) => contract.has(name)).length).toBeGreaterThan(18);
    expect(contract.get("CustomerRecord")).toContain("completeness");
  });

  it("have words for every kind of request", () => {
    const listed = source("../../contract/selfservice.py").split("RequestKind = Literal[")[1]!.split("]")[0]!;
    const kinds = [...listed.matchAll(/"([^"]+)"/g)].map((match) => match[1]!);
    expect(kinds.length).toBeGreaterThan(15);
    expect(kinds.filter((kind) => !Object.hasOwn(en, `request.${kind}`))).toEqual([]);
  });

  it("know what may be left open in canned answers", () => {
    const known = [...source("../../domain/canned.py").matchAll(/"([a-z]+\.[a-z_]+)"/g)].map((match) => match[1]!);
    expect(known.sort()).toEqual([...VARIABLES].sort());
  });

  it("know every staff-only event", () => {
    const staffOnly = [
      ...source("../../contract/events.py").matchAll(/audience: .*= "staff"\n {4}type: Literal\["([^"]+)"\]/g),
    ];
    const known = source("../src/wire.ts");
    expect(staffOnly.length).toBeGreaterThan(3);
    expect(staffOnly.map((match) => match[1]!).filter((type) => !known.includes(`"${type}"`))).toEqual([]);
  });
});
