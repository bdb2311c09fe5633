/** Random hex digits. (`crypto.randomUUID` exists in secure contexts only; shops on http exist, too.) */
function hex(bytes: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export const newClientId = (): string => hex(16);

/** 256 bits: nobody guesses it. */
export const newSecret = (): string => hex(32);

export const isSecret = (text: string | undefined): text is string => /^[0-9a-f]{64}$/.test(text ?? "");
