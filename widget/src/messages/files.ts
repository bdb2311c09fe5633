import type { FileRef, Language } from "../connection/wire";
import { LOCALE } from "../locales/tags";

/** What the desk takes (`handover/domain/files.py`); it looks at the bytes as well. */
const ENDINGS = ["jpg", "jpeg", "png", "webp", "gif", "heic", "heif", "pdf", "txt"];
/** For the browser's own dialog. */
export const ACCEPT = ENDINGS.map((ending) => `.${ending}`).join(",");
/** Pictures that browsers show; the others are files like any other. */
const SHOWN: ReadonlySet<string> = new Set(["image/jpeg", "image/png", "image/webp", "image/gif"]);
/** CSS pixels that a preview may take. */
const WIDEST = 240;
const HIGHEST = 200;

/** What can be told before a byte is sent, in the desk's codes. */
export function problemOf(file: File, limit: number | null): string | null {
  const ending = file.name.split(".").at(-1)?.toLowerCase() ?? "";
  if (!ENDINGS.includes(ending) || !file.name.includes(".")) return "file_type";
  if (file.size === 0) return "file_empty";
  return limit !== null && file.size > limit ? "file_too_large" : null;
}

export interface Box {
  width: number;
  height: number;
}

/** The room that a preview takes from the start, so that nothing jumps; none for what is not shown. */
export function previewOf({ media_type, width, height }: FileRef): Box | null {
  if (!SHOWN.has(media_type) || !width || !height) return null;
  const scale = Math.min(1, WIDEST / width, HIGHEST / height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

const UNITS = ["byte", "kilobyte", "megabyte"] as const;

/** In the unit that says enough: `812 byte`, `45 kB`, `1.4 MB`. */
export function sizeText(bytes: number, language: Language): string {
  const step = bytes >= 1_000_000 ? 2 : bytes >= 1_000 ? 1 : 0;
  const format: Intl.NumberFormatOptions = { style: "unit", unit: UNITS[step], maximumFractionDigits: step === 2 ? 1 : 0 };
  return new Intl.NumberFormat(LOCALE[language], format).format(bytes / 1_000 ** step);
}
