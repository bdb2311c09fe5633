import { render } from "preact";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { loadPartTexts, loadTexts } from "../locales";
import { sayIn, SharedProvider, type Shared } from "./context";
import { lazy } from "./lazy";
import { settle } from "./opened";

let root: ShadowRoot;
const find = (testid: string): HTMLElement | null => root.querySelector(`[data-testid="${testid}"]`);

beforeEach(async () => {
  await loadTexts("de");
  await loadPartTexts();
  root = document.body.appendChild(document.createElement("div")).attachShadow({ mode: "open" });
});
afterEach(() => document.body.replaceChildren());

const Greeting = ({ name }: { name: string }) => <p data-testid="greeting">{name}</p>;

type Named = ReturnType<typeof lazy<{ name: string }>>;

function show(Part: Named, connection = "live", Other?: Named): void {
  const shared = { host: { root }, model: { connection }, serviceMail: "help@shop.example", say: sayIn("de"), toPanel: vi.fn() };
  render(
    <SharedProvider value={shared as unknown as Shared}>
      <Part name="Anna" />
      {Other && <Other name="Ben" />}
    </SharedProvider>,
    root,
  );
}

/** A file that cannot be fetched the first time. */
function unreachableOnce() {
  const load = vi.fn(async (_again?: string) => ({ default: Greeting }));
  return load.mockRejectedValueOnce(new TypeError("unreachable"));
}

test("a part is told to be on its way, then stands there with its own style sheet", async () => {
  const load = vi.fn(async () => ({ default: Greeting, css: "p { color: red }" }));
  const Part = lazy(load);
  show(Part);
  expect(find("part-loading")?.textContent).toBe("Wird geladen …");
  await settle();
  expect(find("greeting")?.textContent).toBe("Anna");
  expect(root.adoptedStyleSheets).toHaveLength(1);
  render(null, root);
  show(Part);
  expect(find("greeting")).not.toBeNull();
  expect([load.mock.calls.length, root.adoptedStyleSheets.length]).toEqual([1, 1]);
});

test("parts of one file share its style sheet", async () => {
  const file = { default: Greeting, css: "p { color: red }" };
  show(lazy(async () => file), "live", lazy(async () => file));
  await settle();
  expect([...root.querySelectorAll("p")].map(({ textContent }) => textContent)).toEqual(["Anna", "Ben"]);
  expect(root.adoptedStyleSheets).toHaveLength(1);
});

test("a part that cannot be fetched says so, and is asked for under another address", async () => {
  const load = unreachableOnce();
  show(lazy(load));
  await settle();
  expect(find("part-failed")?.textContent).toContain("ließ sich gerade nicht laden");
  expect(root.querySelector("a")).toBeNull();
  find("part-again")?.click();
  await settle();
  expect(load.mock.calls).toEqual([[""], ["?try=1"]]);
  expect(find("greeting")?.textContent).toBe("Anna");
});

test("what could not be fetched comes by itself with the line; a form to reach us leaves the address in its place until then", async () => {
  const Part = lazy(unreachableOnce(), (file) => file.default, { isContact: true });
  const Silent = lazy(unreachableOnce(), (file) => file.default, { isSilent: true });
  show(Part, "offline", Silent);
  await settle();
  expect(root.querySelector("a")?.href).toBe("mailto:help@shop.example");
  show(Part, "live", Silent);
  await settle();
  expect([...root.querySelectorAll("p")].map(({ textContent }) => textContent)).toEqual(["Anna", "Ben"]);
});

test("one press brings all parts that could not be fetched", async () => {
  show(lazy(unreachableOnce()), "offline", lazy(unreachableOnce()));
  await settle();
  find("part-again")?.click();
  await settle();
  expect([...root.querySelectorAll("p")].map(({ textContent }) => textContent)).toEqual(["Anna", "Ben"]);
});

test("a part fetched beforehand needs no second look", async () => {
  const Part = lazy(async () => ({ default: Greeting }));
  await Part.prefetch();
  show(Part);
  expect(find("greeting")?.textContent).toBe("Anna");
});
