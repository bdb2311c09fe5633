/** Small things that many places show. */

import { readable } from "@widget/messages/markdown";
import type { ComponentChildren } from "preact";
import { t } from "../texts";
import { actorName } from "../texts/events";
import { percent } from "../texts/format";
import type { Actor, ConversationSummary, Language, TrustLevel } from "../wire";

export function Chip({ kind = "plain", children }: { kind?: string; children: ComponentChildren }) {
  return <span class={`chip chip-${kind}`}>{children}</span>;
}

export function LanguageChip({ language }: { language: Language }) {
  return <Chip>{t(`language.${language}`)}</Chip>;
}

/** Who writes is known, not only claimed. */
export const isProven = (trust: TrustLevel): boolean => trust === "code" || trust === "login";

export function TrustChip({ trust }: { trust: TrustLevel }) {
  return <Chip kind={isProven(trust) ? "good" : "plain"}>{t(`trust.${trust}`)}</Chip>;
}

/** How sure something is: a bar for the eye, a number for everybody. */
export function Share({ label, value }: { label: string; value: number }) {
  return (
    <span class="share">
      <meter min={0} max={1} value={value} aria-label={label} />
      <span class="share-number">{percent(value)}</span>
    </span>
  );
}

export function Empty({ children }: { children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}

/** Visitors without a record are told apart by the end of their conversation's id. */
export function customerName(row: Pick<ConversationSummary, "id" | "customer_name">): string {
  if (row.customer_name) return readable(row.customer_name);
  return t("visitor.unnamed", { code: row.id.slice(-4).toUpperCase() });
}

/** Of a colleague, where there is room for no more. */
export function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  return [words[0], words.length > 1 ? words.at(-1) : ""].map((word) => [...(word ?? "")][0] ?? "").join("").toUpperCase();
}

/** Who wrote something in this conversation. */
export function authorName(actor: Actor, row: ConversationSummary): string {
  return actor.kind === "visitor" ? customerName(row) : actorName(actor);
}
