/** Which page the address names. Links are plain `<a href>`; this module keeps them from reloading the page. */

import { computed, signal } from "@preact/signals";

export type Route =
  | { page: "work"; conversation: string | null }
  | { page: "customers" }
  | { page: "customer"; id: string }
  | { page: "answers" }
  | { page: "tasks" }
  | { page: "gaps" }
  | { page: "live" }
  | { page: "approvals" }
  | { page: "rules" }
  | { page: "people" }
  | { page: "audit" }
  | { page: "account" }
  | { page: "knowledge" };

const BASE = "/desk/";
const path = signal(location.pathname);
export const route = computed<Route>(() => read(path.value));

export const links = {
  work: BASE,
  conversation: (id: string) => `${BASE}c/${encodeURIComponent(id)}`,
  customers: `${BASE}customers`,
  customer: (id: string) => `${BASE}customers/${encodeURIComponent(id)}`,
  answers: `${BASE}answers`,
  tasks: `${BASE}tasks`,
  gaps: `${BASE}gaps`,
  live: `${BASE}live`,
  approvals: `${BASE}approvals`,
  rules: `${BASE}rules`,
  people: `${BASE}people`,
  audit: `${BASE}audit`,
  account: `${BASE}account`,
  knowledge: `${BASE}knowledge`,
};

export function read(pathname: string): Route {
  const [page, id] = pathname.slice(BASE.length).split("/");
  if (page === "c" && id) return { page: "work", conversation: decoded(id) };
  if (page === "customers") return id ? { page: "customer", id: decoded(id) } : { page: "customers" };
  if (page === "answers") return { page: "answers" };
  if (page === "tasks") return { page: "tasks" };
  if (page === "gaps") return { page: "gaps" };
  if (page === "live" || page === "approvals" || page === "rules" || page === "people") return { page };
  if (page === "audit") return { page: "audit" };
  if (page === "account") return { page: "account" };
  if (page === "knowledge") return { page: "knowledge" };
  return { page: "work", conversation: null };
}

/** A mangled address names something that does not exist; it must not stop the page. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function go(to: string): void {
  if (to !== location.pathname) history.pushState(null, "", to);
  path.value = to;
}

export function followLinks(): void {
  addEventListener("popstate", () => (path.value = location.pathname));
  document.addEventListener("click", (click) => {
    const link = (click.target as Element).closest?.<HTMLAnchorElement>("a[href]");
    const plain = click.button === 0 && !(click.metaKey || click.ctrlKey || click.shiftKey || click.altKey);
    if (!link || !plain || link.target || link.origin !== location.origin || !link.pathname.startsWith(BASE)) return;
    if (link.hash && link.pathname === location.pathname) return;
    click.preventDefault();
    go(link.pathname);
  });
}
