import { describe, expect, test } from "vitest";
import css from "./panel.css?raw";

// axe cannot judge contrast in a panel that lies over a page, so the palette itself is checked.
const COLOURS = /--([a-z-]+): var\(--kulanz-[a-z-]+, (?:light-dark\((#[0-9a-f]+), (#[0-9a-f]+)\)|(#[0-9a-f]+))\);/g;
const found = [...css.matchAll(COLOURS)];
const light = Object.fromEntries(found.map(([, name, bright, , same]) => [name, bright ?? same]));
const dark = Object.fromEntries(found.map(([, name, , dim, same]) => [name, dim ?? same]));

function luminance(colour: string): number {
  const digits = colour.length === 4 ? colour.replace(/[0-9a-f]/g, "$&$&") : colour;
  const [red, green, blue] = [1, 3, 5]
    .map((at) => Number.parseInt(digits.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const TEXT = [
  ["ink", "paper"],
  ["ink", "surface"],
  ["quiet", "paper"],
  ["quiet", "surface"],
  ["link", "paper"],
  ["link", "surface"],
  ["link", "human"],
  ["ink", "human"],
  ["human-ink", "human"],
  ["human-ink", "paper"],
  ["danger", "paper"],
  ["on-own", "own"],
  ["on-accent", "accent"],
] as const;
const EDGES = [
  ["control", "paper"],
  ["human-edge", "paper"],
  ["link", "paper"],
] as const;

describe.each([
  ["light", light],
  ["dark", dark],
])("%s colours", (_, colours) => {
  const of = (pair: readonly [string, string]): number => contrast(...(pair.map((name) => colours[name]) as [string, string]));

  test.each(TEXT)("%s on %s can be read", (...pair) => {
    expect(of(pair)).toBeGreaterThanOrEqual(4.5);
  });
  test.each(EDGES)("the %s edge on %s can be seen", (...pair) => {
    expect(of(pair)).toBeGreaterThanOrEqual(3);
  });
});
