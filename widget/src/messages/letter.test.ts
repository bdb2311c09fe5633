import { expect, test } from "vitest";
import { mailLink } from "./letter";

const bodyOf = (href: string): string => decodeURIComponent(href.split("&body=")[1] ?? "");

test("signs that mean something in a link, and lines, arrive as they were written", () => {
  const { href, isShort } = mailLink("service+chat@shop.example", "A & B", "1 + 1 = 2?\n#50 % & ü €");
  expect(href).toContain("mailto:service%2Bchat@shop.example?subject=A%20%26%20B&body=");
  expect(bodyOf(href)).toBe("1 + 1 = 2?\r\n#50 % & ü €");
  expect(isShort).toBe(false);
});

test("a long text is cut between two characters, and said to be", () => {
  const { href, isShort } = mailLink("a@b.example", "s", "😀".repeat(1_000));
  expect(href.length).toBeLessThanOrEqual(1_900);
  expect(bodyOf(href)).toMatch(/^(😀)+$/u);
  expect(isShort).toBe(true);
});

test("half a character breaks nothing", () => {
  expect(bodyOf(mailLink("a@b.example", "s", "a\ud800b").href)).toBe("a\ufffdb");
});
