/** Places of the desk's rules, what may be wrong there, and what changed, in words. */

import { dynamic, forCode, t } from ".";
import { DAYS, type Day, type RulesChange } from "../wire-rules";
import { day, listOf, weekday } from "./format";
import { teamName, topicName } from "./routing";

export const dayName = (name: Day): string => weekday(DAYS.indexOf(name));

/** `hours.week.monday.0` is Monday's; a place that this page has no words for is shown as it is. */
export function placeName(place: string): string {
  const steps = place.split(".");
  const [first, second, third] = steps;
  if (first === "hours" && second === "week" && DAYS.includes(third as Day)) {
    return t("rules.place.day", { day: dayName(third as Day) });
  }
  if (first === "topics" && second) return t("rules.place.topic", { name: topicName(second) });
  if (first === "teams" && second) return t("rules.place.team", { name: teamName(second) });
  const known = steps.filter((step) => !/^\d+$/.test(step)).join(".");
  return dynamic(`rules.place.${known}`, {}, known);
}

/** `code`, and after a colon what it is about. */
export function problemSentence(problem: string): string {
  const [code, about] = problem.split(/:(.*)/s);
  return dynamic(`rules.problem.${code}`, { about: about ?? "" }, t("rules.problem.wrong"));
}

/** What a place says from now on, beside what it said. */
export function changeSentence({ place, before, after }: RulesChange): string {
  if (place.startsWith("topics.") || place.startsWith("teams.") || place === "hours.closed") {
    return membersSentence(place, list(before), list(after));
  }
  return t("rules.change", { place: placeName(place), before: shown(place, before), after: shown(place, after) });
}

function membersSentence(place: string, before: readonly string[], after: readonly string[]): string {
  const word = (one: string) => memberName(place, one);
  const came = after.filter((one) => !before.includes(one)).map(word);
  const went = before.filter((one) => !after.includes(one)).map(word);
  const name = placeName(place);
  if (came.length && went.length) {
    return t("rules.change.both", { place: name, came: listOf(came), went: listOf(went) });
  }
  if (came.length) return t("rules.change.came", { place: name, came: listOf(came) });
  if (went.length) return t("rules.change.went", { place: name, went: listOf(went) });
  return t("rules.change.empty", { place: name }); // a group of nothing came or went, or the order is another
}

function memberName(place: string, one: string): string {
  if (place === "hours.closed") return day(one);
  return place.startsWith("teams.") ? topicName(one) : forCode("intent", one);
}

const list = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

function shown(place: string, value: unknown): string {
  if (value === null || value === undefined) return t("rules.value.none");
  if (typeof value === "boolean") return t(value ? "rules.value.yes" : "rules.value.no");
  if (Array.isArray(value)) return value.length ? value.join(", ") : t("rules.value.closed");
  if (place === "mode") return forCode("rules.mode", String(value));
  if (typeof value === "number" && place !== "queue_limit") return t("rules.value.seconds", { count: value });
  return String(value);
}
