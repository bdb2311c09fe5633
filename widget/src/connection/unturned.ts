/** Without the signs that turn writing round: no text or name can look like another one, wherever it is shown. */
export const unturned = (text: string): string => text.replace(/[\u202A-\u202E\u2066-\u2069]/g, "");
