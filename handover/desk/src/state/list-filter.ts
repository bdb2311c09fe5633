/** Which conversations the lists show, as chosen on this browser. */

import { computed, signal } from "@preact/signals";
import type { ConversationSummary, Language } from "../wire";
import { load, save } from "./storage";

export interface ListFilter {
  /** Empty: any. */
  language: Language | "";
  topic: string;
  /** Only those with a priority. */
  urgent: boolean;
}

const KEPT = "kulanz.list_filter";
const ANY: ListFilter = { language: "", topic: "", urgent: false };

export const listFilter = signal<ListFilter>({ ...ANY, ...load(KEPT, ANY, localStorage) });
export const filtersOn = computed(() => Object.values(listFilter.value).filter(Boolean).length);

export function filterLists(change: Partial<ListFilter>): void {
  listFilter.value = { ...listFilter.value, ...change };
  save(KEPT, listFilter.value, localStorage);
}

export const showAll = (): void => filterLists(ANY);

export const passes = ({ language, topic, urgent }: ListFilter, row: ConversationSummary): boolean =>
  (!language || row.language === language) && (!topic || row.topic === topic) && (!urgent || row.priority > 0);
