/** Facts of the desk, ready to stand in a sentence: cents with a currency are money here, a claim says what it is about. */

import { dynamic } from ".";
import { money } from "./format";

export function sentenceValues(facts: Record<string, unknown>): Record<string, string> {
  const values = Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, String(value)]));
  const cents = facts["amount_cents"] ?? facts["total_cents"];
  if (typeof cents === "number") values["amount"] = money(cents, String(facts["currency"] ?? "EUR"));
  if (values["reason"] && values["subject"]) values["about"] = dynamic(`credit.about.${values["reason"]}`, values);
  return values;
}
