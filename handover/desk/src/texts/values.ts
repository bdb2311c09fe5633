/** Facts of the desk, ready to stand in a sentence: amounts are cents with a currency there, and money here. */

import { money } from "./format";

export function sentenceValues(facts: Record<string, unknown>): Record<string, string> {
  const values = Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, String(value)]));
  const cents = facts["amount_cents"] ?? facts["total_cents"];
  return typeof cents === "number" ? { ...values, amount: money(cents, String(facts["currency"] ?? "EUR")) } : values;
}
