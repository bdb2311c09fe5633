import { beforeEach, describe, expect, it } from "vitest";
import de from "../src/locales/de.json";
import en from "../src/locales/en.json";
import { choose, counted, forCode, language, t } from "../src/texts";
import { logInErrorSentence, errorSentence } from "../src/texts/errors";
import { clock, day } from "../src/texts/format";
import { ApiError } from "../src/connection/http";

const holes = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([hole]) => hole).sort();

beforeEach(() => choose("en"));

describe("the locale files", () => {
  it("have equal keys", () => {
    expect(Object.keys(de)).toEqual(Object.keys(en));
  });

  it("fill in the same values in both languages", () => {
    const different = Object.entries(en).filter(
      ([key, text]) => String(holes(text)) !== String(holes(de[key as keyof typeof de])),
    );
    expect(different).toEqual([]);
  });

  it("leave nothing empty", () => {
    expect([...Object.values(de), ...Object.values(en)].filter((text) => !text.trim())).toEqual([]);
  });
});

describe("a moment", () => {
  it("is written as the widget writes it: by 24 hours, in English with the day before the month", () => {
    const at = new Date(2026, 10, 22, 20, 25).toISOString();
    expect([clock(at), day(at)]).toEqual(["20:25", "22 Nov 2026"]);
    choose("de");
    expect([clock(at), day(at)]).toEqual(["20:25", "22.11.2026"]);
  });
});

describe("a sentence", () => {
  it("is in the chosen language, at once", () => {
    expect(t("claim")).toBe("Claim");
    choose("de");
    expect(t("claim")).toBe("Übernehmen");
    expect(language.value).toBe("de");
    expect(document.documentElement.lang).toBe("de");
  });

  it("fits its number", () => {
    expect(counted("order.late", 1)).toBe("1 day late");
    expect(counted("order.late", 5)).toBe("5 days late");
  });

  it("repeats foreign braces as they are", () => {
    expect(t("timeline.said", { name: "Bot", text: "{name} & <b>" })).toBe("Bot: {name} & <b>");
  });

  it("shows an unknown code as it is, also one that every object has", () => {
    expect(forCode("because", "limit.bot")).toBe("The amount is above the bot's limit.");
    expect(forCode("because", "new.rule")).toBe("new.rule");
    expect(forCode("because", "__proto__")).toBe("__proto__");
  });
});

describe("an error", () => {
  it("says kindly who was faster", () => {
    const error = new ApiError(409, "already_claimed", { agent_name: "Ben" });
    expect(errorSentence(error)).toBe("Ben was a moment faster and is already taking care of it.");
  });

  it("names the limit that an approval would break", () => {
    const error = new ApiError(403, "not_allowed", { limit_cents: 10_000, amount_cents: 18_900 });
    expect(errorSentence(error)).toContain("€100.00");
  });

  it("at log-in never says whether there is such an account", () => {
    expect(logInErrorSentence(new ApiError(401, "not_logged_in"))).toBe(t("login.wrong"));
    expect(logInErrorSentence(new ApiError(429, "too_many"))).toBe(t("login.locked"));
  });
});
