/** A client id: 32 hex digits. (`crypto.randomUUID` exists in secure contexts only; shops on http exist, too.) */
export function newClientId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
