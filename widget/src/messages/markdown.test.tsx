import { render } from "preact";
import { expect, test } from "vitest";
import { Markdown, readable } from "./markdown";

function html(text: string): string {
  const place = document.createElement("div");
  render(<Markdown text={text} />, place);
  return place.innerHTML;
}

test("paragraphs, bold, italic, code and line breaks", () => {
  expect(html("A **bold** and *italic* `x`\nnext\n\nend")).toBe(
    "<p>A <strong>bold</strong> and <em>italic</em> <code>x</code><br>next</p><p>end</p>",
  );
});

test("both kinds of lists", () => {
  expect(html("- one\n- **two**\n\n3. three\n4. four")).toBe(
    '<ul><li>one</li><li><strong>two</strong></li></ul><ol start="3"><li>three</li><li>four</li></ol>',
  );
});

test("a list item goes on in the indented lines below it, and ends with them", () => {
  expect(html("- one\n  and **more**\n- two\nafter")).toBe(
    "<ul><li>one and <strong>more</strong></li><li>two</li></ul><p>after</p>",
  );
  expect(html("- one\n  1. two")).toBe('<ul><li>one</li></ul><ol start="1"><li>two</li></ol>');
});

test("a heading is a bold line, and fenced code stays as it is", () => {
  expect(html("# Title\n```\n<b>**x**</b>\n```")).toBe(
    "<p><strong>Title</strong></p><pre><code>&lt;b&gt;**x**&lt;/b&gt;</code></pre>",
  );
});

test("links to the web and to mail open apart and give nothing away", () => {
  const link = html("[Mail](mailto:a@b.example) and https://x.example/a_b.");
  expect(link).toContain('href="mailto:a@b.example" target="_blank" rel="noopener noreferrer nofollow"');
  expect(link).toContain('href="https://x.example/a_b"');
});

test("a telephone number may be called, and nothing else may be hidden behind one", () => {
  expect(html("[Call](tel:+4940123456)")).toContain('href="tel:+4940123456"');
  for (const target of ["tel:*21*1#", "tel:javascript:1", "tel:+49;phone-context=x", "sms:+49", "tel:"])
    expect(html(`[x](${target})`)).not.toContain("<a");
});

test("arithmetic and snake_case are no italics", () => {
  expect(html("2 * 3 * 4 and my_order_number")).toBe("<p>2 * 3 * 4 and my_order_number</p>");
});

test.each([
  "[x](javascript:alert(1))",
  "[x](JaVaScRiPt:alert`1`)",
  "[x](java\tscript:alert(1))",
  "[x](data:text/html,<script>alert(1)</script>)",
  "[x](vbscript:x)",
  "[x](//evil.example)",
  "[x](https:javascript:alert(1))",
  "[x](\u0001javascript:alert(1))",
  "<img src=x onerror=alert(1)>",
  "<script>alert(1)</script>",
  "<svg/onload=alert(1)>",
  "<a href=javascript:alert(1)>x</a>",
  "**<iframe src=javascript:alert(1)>**",
  "![x](https://evil.example/x.png)",
])("%s makes nothing that runs or loads", (text) => {
  const place = document.createElement("div");
  render(<Markdown text={text} />, place);
  expect(place.querySelector("script, img, svg, iframe, [onerror], [onload], [src]")).toBeNull();
  for (const link of place.querySelectorAll("a")) expect(link.getAttribute("href")).toMatch(/^(https?|mailto):/);
});

test.each([
  '[a](https://x.example "onmouseover=alert(1))',
  "[a [b](javascript:alert(1))](https://x.example)",
  "[![x](javascript:1)](javascript:2)",
  "[a](https://x.example/[b](javascript:alert(1)))",
  "**[a](https://x.example/**b**)**",
  "[**a**](https://x.example/`b`)",
])("nested markdown %s makes web links or none", (text) => {
  const place = document.createElement("div");
  render(<Markdown text={text} />, place);
  const links = [...place.querySelectorAll("a")];
  expect(links.filter((link) => !/^https:\/\/x\.example\//.test(link.getAttribute("href") ?? ""))).toEqual([]);
  expect(place.querySelector("a a")).toBeNull();
});

test("characters that turn writing around are taken out", () => {
  expect(readable("gnp.\u202Eexe")).toBe("gnp.exe");
});

test("ten thousand hostile characters take no time", () => {
  const start = performance.now();
  for (const piece of ["**", "[a](", "`", "*a ", "_", "https://", "- ", "[[", "1) "])
    html(piece.repeat(10_000 / piece.length));
  expect(performance.now() - start).toBeLessThan(2_000);
});
