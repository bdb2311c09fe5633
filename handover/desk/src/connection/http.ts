/** One way to speak HTTP with the desk. Every failure is an `ApiError`; its code picks the sentence shown. */

import { unturned } from "@widget/connection/unturned";

export class ApiError extends Error {
  /** `status` is 0 when the desk could not be reached. */
  constructor(
    readonly status: number,
    readonly code: string,
    readonly data: Record<string, unknown> = {},
  ) {
    super(code);
  }

  /** Trying the very same request again later may help. */
  get mayPass(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** The colleague who was faster, if that is why the desk refused. */
export function fasterOne(error: unknown): string | null {
  const isLate = error instanceof ApiError && ["already_claimed", "offer_ended"].includes(error.code);
  return isLate ? String(error.data.agent_name || "") || null : null;
}

/** Milliseconds until a request without answer counts as lost. A line may be dead without anybody saying so. */
const PATIENCE = 15_000;

type Query = Record<string, string | number | undefined>;

/** Nobody waits for the answers any more, and still what is sent must arrive. */
let leaving = false;
addEventListener("pagehide", () => (leaving = true));
addEventListener("pageshow", () => (leaving = false));

let onLoggedOut: () => void = () => {};

/** Called whenever the desk answers that the session has ended. */
export function whenLoggedOut(listener: () => void): void {
  onLoggedOut = listener;
}

export function get<T>(path: string, query: Query = {}): Promise<T> {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  return request<T>("GET", given.length ? `${path}?${search}` : path);
}

/** The bytes behind an address. */
export async function getBlob(path: string): Promise<Blob> {
  return (await ask("GET", path)).blob();
}

export function post<T>(path: string, body: object = {}): Promise<T> {
  return request<T>("POST", path, body);
}

export function put<T>(path: string, body: object): Promise<T> {
  return request<T>("PUT", path, body);
}

async function request<T>(method: string, path: string, body?: object): Promise<T> {
  const answer = await ask(method, path, body);
  return told<T>(
    await answer.text().catch(() => {
      throw new ApiError(0, "unreachable");
    }),
  );
}

/** What the desk tells, whoever wrote it. An answer without a body tells nothing. */
function told<T>(text: string): T {
  try {
    return JSON.parse(unturned(text)) as T;
  } catch {
    return {} as T;
  }
}

async function ask(method: string, path: string, body?: object): Promise<Response> {
  const response = await reach(method, path, body);
  if (response.ok) return response;
  const error = await errorOf(response);
  if (error.status === 401 && !path.startsWith("/api/login")) onLoggedOut();
  throw error;
}

async function reach(method: string, path: string, body?: object): Promise<Response> {
  try {
    return await fetch(path, {
      method,
      credentials: "same-origin",
      headers: body ? { "Content-Type": "application/json", "X-Kulanz": "desk" } : {},
      ...(body && { body: JSON.stringify(body) }),
      keepalive: leaving || method === "PUT", // a draft may be on its way when the page goes
      signal: AbortSignal.timeout(PATIENCE),
    });
  } catch {
    throw new ApiError(0, "unreachable");
  }
}

async function errorOf(response: Response): Promise<ApiError> {
  try {
    const { error } = await response.json();
    return new ApiError(response.status, String(error.code), error.data ?? {});
  } catch {
    return new ApiError(response.status, "internal");
  }
}
