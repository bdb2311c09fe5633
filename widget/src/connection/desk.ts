import { NotTaken, uploadTo, type Upload } from "./files";
import { unturned } from "./unturned";
import type { EventPage, FileRef, Language } from "./wire";

export interface ShopConfig {
  shop: string;
  privacy_url: string;
  /** Where visitors may write to while the desk cannot be reached. */
  service_mail: string;
  languages: readonly Language[];
  /** Bytes of the largest file that may be sent. */
  file_bytes: number;
}

/** `handover/contract/articles.py`. */
export interface Article {
  id: string;
  language: Language;
  title: string;
  /** Markdown. */
  body: string;
  /** As in a receipt: another one means that it was changed since. */
  version: string;
  /** ISO day since which it reads like this. */
  updated_on: string;
  languages: readonly Language[];
}

export interface Started {
  conversation_id: string;
  visitor_token: string;
}

interface Rest {
  /** The visitor's secret. */
  token?: string;
  body?: object;
  /** Milliseconds until the answer has to be here. */
  patience?: number;
}

const PATIENCE = 10_000;
/** Ten megabytes over a slow line. */
const FILE_PATIENCE = 120_000;

/** The desk answered with an error status. */
export class Refused extends Error {
  constructor(readonly status: number) {
    super(`The desk answered ${status}.`);
  }
}

export const isRefused = (error: unknown, status: number): boolean => error instanceof Refused && error.status === status;

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

/** The calls a visitor makes over HTTP. All throw `Refused`, or a `TypeError` when nobody answers. */
export class Desk {
  readonly #server: string;
  readonly #consent: string | null;

  /** `consent`: version of the privacy note that visitors agree to before anything is sent, if the website asks. */
  constructor(server: string, consent: string | null = null) {
    this.#server = server;
    this.#consent = consent;
  }

  get socketUrl(): string {
    return `${this.#server.replace(/^http/, "ws")}/ws/visitor`;
  }

  config(): Promise<ShopConfig> {
    return this.#call("GET", "config");
  }

  /** The same secret gets the same conversation, however often it is sent. */
  start(language: Language, page: string, token: string, identity: string | null): Promise<Started> {
    const body = { language, page, visitor_token: token, identity_token: identity, consent: this.#consent };
    return this.#call("POST", "conversations", { body });
  }

  async ticket(token: string): Promise<string> {
    const answer = await this.#call<{ ticket: string }>("POST", "tickets", { token });
    return answer.ticket;
  }

  /** The page of events before `number`. */
  events(token: string, number: number): Promise<EventPage> {
    return this.#call("GET", `events?before=${number}`, { token });
  }

  /** Throws `NotTaken`. Without a token there is no conversation yet. */
  upload(token: string | null, ...upload: Parameters<Upload>): Promise<FileRef> {
    if (!token) return Promise.reject(new NotTaken("unreachable"));
    return uploadTo(`${this.#server}/api/visitor/files`, bearer(token), ...upload);
  }

  file(token: string, id: string): Promise<Blob> {
    return this.#blob(`files/${encodeURIComponent(id)}`, { token, patience: FILE_PATIENCE });
  }

  document(token: string, id: string): Promise<Blob> {
    return this.#blob(`documents/${encodeURIComponent(id)}`, { token });
  }

  /** Of the articles that visitors may read today. */
  article(token: string, id: string, language: Language): Promise<Article> {
    return this.#call("GET", `articles/${language}/${encodeURIComponent(id)}`, { token });
  }

  transcript(token: string, language: Language): Promise<Blob> {
    return this.#blob(`transcript?language=${language}`, { token });
  }

  async #call<T>(method: string, path: string, rest: Rest = {}): Promise<T> {
    return JSON.parse(unturned(await (await this.#fetch(method, path, rest)).text())) as T;
  }

  async #blob(path: string, rest: Rest): Promise<Blob> {
    return (await this.#fetch("GET", path, rest)).blob();
  }

  async #fetch(method: string, path: string, { token, body, patience = PATIENCE }: Rest): Promise<Response> {
    const response = await fetch(`${this.#server}/api/visitor/${path}`, {
      method,
      headers: { ...(body && { "Content-Type": "application/json" }), ...(token && bearer(token)) },
      body: body ? JSON.stringify(body) : null,
      credentials: "omit",
      signal: AbortSignal.timeout(patience),
    });
    if (!response.ok) throw new Refused(response.status);
    return response;
  }
}
