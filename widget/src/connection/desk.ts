import type { Language } from "./wire";

export interface ShopConfig {
  shop: string;
  privacy_url: string;
  languages: readonly Language[];
}

export interface Started {
  conversation_id: string;
  visitor_token: string;
}

/** The desk answered with an error status. */
export class Refused extends Error {
  constructor(readonly status: number) {
    super(`The desk answered ${status}.`);
  }
}

/** The three calls a visitor makes over HTTP. All throw `Refused`, or a `TypeError` when nobody answers. */
export class Desk {
  readonly #server: string;

  constructor(server: string) {
    this.#server = server;
  }

  get socketUrl(): string {
    return `${this.#server.replace(/^http/, "ws")}/ws/visitor`;
  }

  config(): Promise<ShopConfig> {
    return this.#call("GET", "config");
  }

  start(language: Language, page: string): Promise<Started> {
    return this.#call("POST", "conversations", { body: JSON.stringify({ language, page }), type: "application/json" });
  }

  async ticket(token: string): Promise<string> {
    const answer = await this.#call<{ ticket: string }>("POST", "tickets", { authorization: `Bearer ${token}` });
    return answer.ticket;
  }

  async #call<T>(
    method: string,
    path: string,
    { body, type, authorization }: { body?: string; type?: string; authorization?: string } = {},
  ): Promise<T> {
    const headers: Record<string, string> = {};
    if (type) headers["Content-Type"] = type;
    if (authorization) headers["Authorization"] = authorization;
    const response = await fetch(`${this.#server}/api/visitor/${path}`, {
      method,
      headers,
      body: body ?? null,
      credentials: "omit",
      signal: AbortSignal.timeout(10_000),
    });
    if (!response.ok) throw new Refused(response.status);
    return (await response.json()) as T;
  }
}
