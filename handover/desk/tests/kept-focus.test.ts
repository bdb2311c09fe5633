import { afterEach, beforeEach, expect, it } from "vitest";
import { keepFocus } from "../src/ui/kept-focus";

const drawn = () => new Promise((done) => setTimeout(done, 60));
let root: HTMLElement;

beforeEach(() => {
  root = document.createElement("div");
  document.body.append(root);
  keepFocus(root);
});
afterEach(() => root.remove());

function add<K extends keyof HTMLElementTagNameMap>(to: HTMLElement, name: K): HTMLElementTagNameMap[K] {
  const node = document.createElement(name);
  to.append(node);
  return node;
}

it("gives the focus to the closest place that is left when what had it is gone", async () => {
  const main = add(root, "main");
  const section = add(main, "section");
  const button = add(add(section, "article"), "button");
  button.focus();
  button.parentElement!.remove();
  await drawn();
  expect(document.activeElement).toBe(section);
});

it("goes on writing where the case is one's own", async () => {
  const main = add(root, "main");
  const button = add(add(main, "section"), "button");
  const field = add(main, "textarea");
  field.dataset.writes = "true";
  button.focus();
  button.remove();
  await drawn();
  expect(document.activeElement).toBe(field);
});

it("leaves the focus alone that somebody else has put somewhere, or that was nowhere", async () => {
  const main = add(root, "main");
  const [gone, next] = [add(main, "button"), add(main, "button")];
  gone.focus();
  gone.remove();
  next.focus();
  await drawn();
  expect(document.activeElement).toBe(next);
  next.blur();
  add(main, "p");
  await drawn();
  expect(document.activeElement).toBe(document.body);
});

it("goes back to where one was when a dialog is taken away, or to its place if that went with it", async () => {
  const main = add(root, "main");
  const opener = add(main, "button");
  for (const isLeft of [true, false]) {
    opener.focus();
    const dialog = add(root, "dialog");
    dialog.show();
    add(dialog, "button").focus();
    dialog.remove();
    if (!isLeft) opener.remove();
    await drawn();
    expect(document.activeElement).toBe(isLeft ? opener : main);
  }
});
