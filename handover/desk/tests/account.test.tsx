import { describe, expect, it, vi } from "vitest";
import { AccountPage } from "../src/pages/account";
import { LoginPage } from "../src/pages/login";
import { Shell } from "../src/ui/shell";
import { choose } from "../src/texts";
import { session } from "../src/state/session";
import { ANNA, answers, box, callsOf, draw, fill, find, press, refused, soon, submit, texts, useHouse, workplace } from "./house";

const HERE = {
  id: "s1",
  since: "2026-03-04T08:00:00Z",
  seen_at: "2026-03-04T10:00:00Z",
  browser: "firefox",
  system: "linux",
  this: true,
};
const PHONE = { ...HERE, id: "s2", browser: "safari", system: "ios", this: false };
const OFF = { since: null, required: false, codes_left: 0 };
const ON = { since: "2026-03-01T10:00:00Z", required: false, codes_left: 9 };
const ENROLMENT = { secret: "ABCDEFGH", address: "otpauth://totp/x", qr_size: 29, qr_path: "M4 4h7v1h-7z" };
const CODES = { codes: ["aaaa-bbbb-cccc-dddd", "eeee-ffff-gggg-hhhh"] };

const account = (change: object = {}) => ({ has_password: true, second_step: OFF, sessions: [HERE, PHONE], ...change });
const field = (name: string) => box.querySelector<HTMLInputElement>(`input[name="${name}"]`)!;

async function page(change: object = {}): Promise<void> {
  answers["GET /api/account"] = account(change);
  await draw(<AccountPage />);
  await soon(() => expect(find("account-sessions")).not.toBeNull());
}

useHouse();

describe("the connection", () => {
  const told = () => find("connection")!.textContent;

  it("that comes at once is not worth a word; one that does not come, or goes, is", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    workplace.socket.link.value = "connecting";
    await draw(<Shell>page</Shell>);
    vi.advanceTimersByTime(3_900);
    expect(told()).toBe("");
    vi.advanceTimersByTime(200);
    vi.useRealTimers();
    await soon(() => expect(told()).toContain("Still connecting"));
    workplace.socket.link.value = "open";
    await soon(() => expect(told()).toBe(""));
    workplace.socket.link.value = "connecting";
    await soon(() => expect(told()).toContain("Connection lost"));
  });
});

describe("one's own menu", () => {
  const menu = (): HTMLDetailsElement => find("agent-menu") as HTMLDetailsElement;
  const opened = async (): Promise<void> => {
    await draw(<Shell>page</Shell>);
    menu().open = true;
  };

  it("folds when something else is pressed, and stays while one works in it", async () => {
    await opened();
    find("my-account")!.dispatchEvent(new Event("pointerdown", { bubbles: true }));
    expect(menu().open).toBe(true);
    find("connection")!.dispatchEvent(new Event("pointerdown", { bubbles: true }));
    expect(menu().open).toBe(false);
  });

  it("folds with Escape, and the focus is back on what opened it", async () => {
    await opened();
    find("my-account")!.focus();
    find("my-account")!.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    expect(menu().open).toBe(false);
    expect(document.activeElement).toBe(menu().querySelector("summary"));
  });
});

describe("one's own account", () => {
  it("names sessions by what tells them apart, and offers to end each other one", async () => {
    await page();
    expect(texts("session")[0]).toContain("Firefox on Linux");
    expect(texts("session")[0]).toContain("This session");
    expect(texts("session")[1]).toContain("Safari on iOS");
    answers["POST /api/account/sessions/s2/end"] = {};
    answers["GET /api/account"] = account({ sessions: [HERE] });
    press("session-end");
    await soon(() => expect(texts("session")).toHaveLength(1));
    expect(box.textContent).toContain("logged in nowhere else");
    expect(find("sessions-end-others")).toBeNull();
  });

  it("says why a password is refused and keeps what was typed; a change empties the form", async () => {
    await page();
    fill(field("password"), "the old one");
    fill(field("new-password"), "short");
    answers["POST /api/account/password"] = refused(422, "weak_password", { because: "short" });
    submit(find("account-password")!.querySelector("form"));
    await soon(() => expect(find("account-password")!.textContent).toContain("at least 12 characters"));
    expect(field("new-password").value).toBe("short");
    answers["POST /api/account/password"] = {};
    fill(field("new-password"), "something much longer");
    await soon(() => expect(field("new-password").value).toBe("something much longer"));
    await workplace.queue.refresh(); // Preact has drawn what was typed
    submit(find("account-password")!.querySelector("form"));
    await soon(() => expect(find("account-password")!.textContent).toContain("is changed"));
    expect(callsOf("POST /api/account/password")).toContainEqual({ old: "the old one", new: "something much longer" });
    expect(field("new-password").value).toBe("");
  });

  it("sets up a second step: password, picture and key, first code, recovery codes", async () => {
    await page();
    press("second-step-begin");
    await soon(() => expect(find("dialog-proof")).not.toBeNull());
    const proof = find("dialog-proof")!;
    fill(proof.querySelector("input")!, "mine");
    answers["POST /api/account/second-step"] = ENROLMENT;
    await soon(() => {
      submit(proof.querySelector("form"));
      expect(find("enrolment")).not.toBeNull();
    });
    expect(find("second-step-secret")!.textContent).toBe("ABCD EFGH");
    expect(box.querySelector("svg.qr path")!.getAttribute("d")).toBe(ENROLMENT.qr_path);
    answers["POST /api/account/second-step/confirm"] = refused(422, "wrong_code");
    submit(find("enrolment"));
    await soon(() => expect(find("enrolment")!.textContent).toContain("This code is not right"));
    answers["POST /api/account/second-step/confirm"] = CODES;
    submit(find("enrolment"));
    await soon(() => expect(find("recovery-codes")!.textContent).toContain(CODES.codes[1]));
    answers["GET /api/account"] = account({ second_step: ON });
    press("codes-kept");
    await soon(() => expect(find("codes-left")!.textContent).toBe("9 recovery codes are left."));
    expect(find("recovery-codes")).toBeNull();
  });

  it("offers no way out of a second step that the role must have", async () => {
    await page({ second_step: { ...ON, required: true } });
    expect(find("second-step-off")).toBeNull();
    expect(find("second-step-codes")).not.toBeNull();
  });

  it.each([
    ["de", "Sie melden sich mit Ihrem Firmenkonto an."],
    ["en", "You log in with your company account."],
  ] as const)("asks in %s for no password where the company keeps it", async (language, words) => {
    choose(language);
    await page({ has_password: false });
    expect(box.textContent).toContain(words);
    expect(find("account-password")).toBeNull();
  });

  it("tells of a desk that cannot be reached, and tries again", async () => {
    answers["GET /api/account"] = refused(503, "unavailable");
    await draw(<AccountPage />);
    await soon(() => expect(box.querySelector('[role="alert"]')).not.toBeNull());
    answers["GET /api/account"] = account();
    box.querySelector<HTMLButtonElement>("[data-testid=failed-load] button")!.click();
    await soon(() => expect(find("account-sessions")).not.toBeNull());
  });
});

describe("the log-in", () => {
  async function withPassword(answer: unknown, ways = { password: "everybody", company: false }): Promise<void> {
    answers["GET /api/login"] = ways;
    answers["POST /api/login"] = answer;
    await draw(<LoginPage ended={false} />);
    fill(field("email"), "anna@shop.example");
    fill(field("password"), "mine");
    submit(box.querySelector("form"));
  }

  it("asks for a code where the desk does, and lets in with it", async () => {
    await withPassword({ next: "code" });
    await soon(() => expect(find("login-code")).not.toBeNull());
    answers["POST /api/login/code"] = refused(422, "wrong_code");
    fill(field("code"), "000000");
    submit(find("login-code"));
    await soon(() => expect(find("login-code")!.textContent).toContain("not right, or was used already"));
    answers["POST /api/login/code"] = { agent: ANNA };
    submit(find("login-code"));
    await soon(() => expect(session.value.state).toBe("in"));
    if (session.value.state === "in") session.value.workplace.stop();
  });

  it("begins anew, and says so, when the code came too late", async () => {
    await withPassword({ next: "code" });
    await soon(() => expect(find("login-code")).not.toBeNull());
    answers["POST /api/login/code"] = refused(401, "not_logged_in");
    fill(field("code"), "123456");
    submit(find("login-code"));
    await soon(() => expect(box.textContent).toContain("took too long"));
    expect(field("password")).not.toBeNull();
  });

  it("sets a second step up on the way in where the role needs one", async () => {
    answers["POST /api/login/second-step"] = ENROLMENT;
    answers["POST /api/login/second-step/confirm"] = CODES;
    await withPassword({ next: "enrol" });
    await soon(() => expect(find("enrolment")).not.toBeNull());
    fill(field("code"), "123456");
    submit(find("enrolment"));
    await soon(() => expect(find("recovery-codes")).not.toBeNull());
  });

  it("offers the company's log-in, and the password to administrators", async () => {
    answers["GET /api/login"] = { password: "admins", company: true };
    await draw(<LoginPage ended={false} />);
    await soon(() => expect(find("login-company")!.getAttribute("href")).toBe("/api/login/company"));
    expect(find("login-admin")!.closest("details")!.open).toBe(false);
  });

  it.each([
    ["unknown", "has no access here"],
    ["something new", "was not accepted"],
  ])("says what came of the company's log-in: %s", async (because, words) => {
    answers["GET /api/login"] = { password: "everybody", company: true };
    history.replaceState(null, "", `/desk/?company=${encodeURIComponent(because)}`);
    await draw(<LoginPage ended={false} />);
    expect(box.querySelector('[role="alert"]')!.textContent).toContain(words);
    expect(location.search).toBe("");
  });
});
