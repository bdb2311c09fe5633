import type { Desk } from "./desk";
import { isSecret, newSecret } from "./ids";
import { exclusively } from "./locks";
import { isKept, type Entry } from "./outbox";
import type { Kept, Vault } from "./vault";
import type { Language } from "./wire";

/**
 * The visitor's secret: the key to their conversation, shared by all tabs of this browser. It is made here and kept
 * before it is sent, so that whoever asks again gets the same conversation: after an answer that was lost, after a
 * reload in the middle, or in two tabs at once.
 */
export class Pass {
  readonly #desk: Desk;
  readonly #vault: Vault;
  readonly #language: Language;
  #conversationId: string | null = null;
  #isClosed = false;
  /** The website's word on who the visitor is, for a conversation that begins. */
  identity: string | null = null;

  constructor(desk: Desk, vault: Vault, language: Language) {
    this.#desk = desk;
    this.#vault = vault;
    this.#language = language;
  }

  /** Of the conversation shown here; another tab may have moved on. */
  get token(): string | null {
    return this.#kept?.token ?? null;
  }

  /** What replaces the secret once the visitor has proven who they are, if they have not yet. */
  get next(): string | null {
    return this.#kept?.next_token ?? null;
  }

  get conversationId(): string | null {
    return this.#conversationId;
  }

  /** Another tab has begun another conversation. */
  get isOld(): boolean {
    const kept = this.#vault.read();
    return kept !== null && this.#conversationId !== null && kept.conversation_id !== this.#conversationId;
  }

  /** The token that is kept, or that of a conversation begun now with what is in the outbox. */
  async take(outbox: readonly Entry[]): Promise<string> {
    const kept = await exclusively(() => this.#begun(outbox.filter(isKept)));
    this.#conversationId = kept.conversation_id;
    return kept.token;
  }

  /** The proof was taken: the next secret is the key now, in all tabs. False when it is so already. */
  renew(used: string | null): boolean {
    const kept = this.#kept;
    if (!kept?.next_token || kept.token !== used) return false;
    this.#vault.write({ ...kept, token: kept.next_token, next_token: null });
    return true;
  }

  /** From here on none is begun and nothing is kept: perhaps the visitor has just taken back their consent to both. */
  close(): void {
    this.#isClosed = true;
  }

  forget(): void {
    this.#vault.clear();
    this.#conversationId = null;
  }

  /** What is kept of the conversation shown here. */
  get #kept(): Kept | null {
    const kept = this.#vault.read();
    return kept && kept.conversation_id === this.#conversationId ? kept : null;
  }

  /** Goes round once more where there are no locks and another tab has put its secret in the place of ours. */
  async #begun(outbox: readonly Entry[]): Promise<Kept> {
    for (;;) {
      if (this.#isClosed) throw new Error("Nobody wants a conversation any more.");
      const kept = this.#withNext(this.#vault.read() ?? { conversation_id: null, token: newSecret(), outbox });
      if (kept.conversation_id) return kept;
      const page = location.origin + location.pathname; // a query may hold what is none of our business
      const { conversation_id } = await this.#desk.start(this.#language, page, kept.token, this.identity);
      this.#vault.began(kept.token, conversation_id);
    }
  }

  #withNext(kept: Kept): Kept {
    if (kept.next_token === null || isSecret(kept.next_token)) return kept;
    const prepared = { ...kept, next_token: newSecret() };
    this.#vault.write(prepared);
    return prepared;
  }
}
