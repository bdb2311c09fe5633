import { expect, test } from "vitest";
import { de } from "./de";
import { en } from "./en";
import { fill } from ".";

const blanks = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();

test("each sentence has the same blanks in both languages", () => {
  for (const key of Object.keys(de) as (keyof typeof de)[]) expect([key, blanks(en[key])]).toEqual([key, blanks(de[key])]);
});

test("values are filled in as they are, and a missing one shows", () => {
  expect(fill("{name} of {count}", { name: "{count}$&" })).toBe("{count}$& of {count}");
});
