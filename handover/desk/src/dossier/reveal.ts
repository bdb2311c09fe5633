/** Brings a part of the dossier into sight and opens it: `orders`, or `orders#10023` for one thing in it. */

const SECTIONS: Readonly<Record<string, string>> = { proposal: "proposal", contact: "contact" };

export function reveal(target: string): void {
  const [name = "", id] = target.split("#");
  const section = document.querySelector<HTMLElement>(`.dossier [data-testid="${SECTIONS[name] ?? `dossier-${name}`}"]`);
  const within = id ? section?.querySelector<HTMLElement>(`[data-number="${CSS.escape(id)}"]`) : null;
  const shown = within ?? section;
  for (const each of [section, within]) if (each instanceof HTMLDetailsElement) each.open = true;
  const focus = shown?.querySelector<HTMLElement>(":scope > summary, a, button, input");
  shown?.scrollIntoView({ block: "start" });
  focus?.focus({ preventScroll: true });
}
