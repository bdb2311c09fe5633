/** Canned answers. Mirrors `handover/contract/canned.py`. */

/** Characters. */
export const CANNED_NAME_LIMIT = 60;
export const CANNED_TEXT_LIMIT = 4_000;

export interface CannedAnswer {
  id: string;
  name: string;
  text_de: string;
  text_en: string;
  shared: boolean;
  version: number;
  updated_at: string;
}
