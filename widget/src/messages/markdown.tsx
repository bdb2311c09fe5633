import type { ComponentChild, VNode } from "preact";
import { unturned } from "../connection/unturned";

/**
 * The Markdown that bots and agents may write, as virtual nodes: paragraphs, lists, bold, italic, code, links.
 * Everything else, HTML first of all, stays the text it is. No step of this makes markup out of a string.
 */
export function Markdown({ text }: { text: string }): VNode {
  return <>{blocks(readable(text).split("\n"))}</>;
}

const ITEM = /^ {0,3}(?:[-*+]|(\d{1,3})[.)])\s+(.*)$/;
const FENCE = /^\s*```/;

/** Without the control characters that turn writing around and so let a text look like another one. */
export function readable(text: string): string {
  return unturned(text.replace(/\r\n?/g, "\n"));
}

function blocks(lines: string[]): VNode[] {
  const found: VNode[] = [];
  for (let at = 0; at < lines.length; ) {
    const [block, next] = blockAt(lines, at);
    if (block) found.push(block);
    at = next;
  }
  return found;
}

/** The block that starts at line `at`, and the line after it. */
function blockAt(lines: string[], at: number): [VNode | null, number] {
  const line = lines[at] ?? "";
  if (!line.trim()) return [null, at + 1];
  if (FENCE.test(line)) return fence(lines, at);
  if (ITEM.test(line)) return list(lines, at);
  const heading = /^#{1,6}\s+(.*)$/.exec(line);
  if (heading) return [<p><strong>{inline(heading[1] ?? "")}</strong></p>, at + 1];
  const end = runEnd(lines, at, (next) => next.trim() !== "" && !ITEM.test(next) && !FENCE.test(next));
  return [<p>{withBreaks(lines.slice(at, end))}</p>, end];
}

function fence(lines: string[], at: number): [VNode, number] {
  const end = runEnd(lines, at, (line) => !FENCE.test(line));
  return [<pre><code>{lines.slice(at + 1, end).join("\n")}</code></pre>, end + 1];
}

function list(lines: string[], at: number): [VNode, number] {
  const first = ITEM.exec(lines[at] ?? "")?.[1];
  const end = runEnd(lines, at, (line) => isItem(line, first !== undefined) || goesOn(line));
  const texts: string[] = [];
  for (const line of lines.slice(at, end)) {
    const item = ITEM.exec(line);
    if (item) texts.push(item[2] ?? "");
    else texts.push(`${texts.pop()} ${line.trim()}`);
  }
  const items = texts.map((text) => <li>{inline(text)}</li>);
  return [first === undefined ? <ul>{items}</ul> : <ol start={Number(first)}>{items}</ol>, end];
}

function isItem(line: string, numbered: boolean): boolean {
  const item = ITEM.exec(line);
  return item !== null && (item[1] !== undefined) === numbered;
}

/** An indented line below an item is part of it. */
function goesOn(line: string): boolean {
  return /^ {2,}\S/.test(line) && !ITEM.test(line) && !FENCE.test(line);
}

function runEnd(lines: string[], start: number, belongs: (line: string) => boolean): number {
  let end = start + 1;
  while (end < lines.length && belongs(lines[end] ?? "")) end += 1;
  return end;
}

function withBreaks(lines: string[]): ComponentChild[] {
  return lines.flatMap((line, index) => (index ? [<br />, ...inline(line)] : inline(line)));
}

// One alternative per kind: code, link, bare address, bold, italic. No quantifier is nested in another one.
const INLINE =
  /`([^`]+)`|\[([^[\]]+)\]\(([^()\s]+)\)|(https?:\/\/[^\s<>()[\]"'`]*[^\s<>()[\]"'`.,;:!?*_])|\*\*(?!\s)([^*]+)(?<!\s)\*\*|(?<![*\w])[*_](?!\s)([^*_]+)(?<!\s)[*_](?![*\w])/g;

function inline(text: string): ComponentChild[] {
  const parts: ComponentChild[] = [];
  let done = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, code, label, target, address, bold, italic] = match;
    parts.push(text.slice(done, match.index));
    done = match.index + whole.length;
    if (code !== undefined) parts.push(<code>{code}</code>);
    else if (label !== undefined && target !== undefined) parts.push(link(label, target) ?? whole);
    else if (address !== undefined) parts.push(link(address, address) ?? whole);
    else if (bold !== undefined) parts.push(<strong>{inline(bold)}</strong>);
    else if (italic !== undefined) parts.push(<em>{inline(italic)}</em>);
  }
  parts.push(text.slice(done));
  return parts.filter((part) => part !== "");
}

const SAFE = new Set(["http:", "https:", "mailto:", "tel:"]);

/** Null for any address that is not a plain web or mail address or telephone number; it is then shown as written. */
function link(label: string, target: string): VNode | null {
  if (!/^(?:https?:\/\/|mailto:|tel:\+?[\d-]+$)/i.test(target) || !URL.canParse(target)) return null;
  const { href, protocol } = new URL(target);
  if (!SAFE.has(protocol)) return null;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {label}
    </a>
  );
}
