import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

/** Every pair of colours that text of this page is written in, in both themes: WCAG AA. */

const source = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
const css = source("../src/styles/base.css");
const tokens = [...css.matchAll(/--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)];
const THEMES = {
  light: new Map(tokens.map(([, name, light]) => [name!, light!])),
  dark: new Map(tokens.map(([, name, , dark]) => [name!, dark!])),
};

const TEXT = [
  ["text", "ground surface sunken accent-soft warn-soft"],
  ["muted", "ground surface sunken accent-soft warn-soft"],
  ["accent", "surface sunken accent-soft"],
  ["on-accent", "accent"],
  ["good", "good-soft surface"],
  ["warn", "warn-soft surface"],
  ["bad", "bad-soft surface"],
] as const;
const SHAPES = [["edge", "surface"], ["good", "surface"], ["bad", "surface"], ["warn", "surface"]] as const;

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

describe.each(Object.entries(THEMES))("%s colours", (_, theme) => {
  const of = (ink: string, paper: string) => contrast(theme.get(ink)!, theme.get(paper)!);

  it.each(TEXT.flatMap(([ink, papers]) => papers.split(" ").map((paper) => [ink, paper] as const)))(
    "%s on %s can be read",
    (ink, paper) => expect(of(ink, paper)).toBeGreaterThanOrEqual(4.5),
  );

  it.each(SHAPES)("a dot or edge of %s on %s can be seen", (ink, paper) =>
    expect(of(ink, paper)).toBeGreaterThanOrEqual(3),
  );
});
