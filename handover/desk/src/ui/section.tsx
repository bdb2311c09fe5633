import type { ComponentChildren } from "preact";

interface Props {
  title: string;
  name: string;
  count?: number;
  open?: boolean;
  children: ComponentChildren;
}

/** A part of the dossier that opens and closes. */
export function Section({ title, name, count, open = false, children }: Props) {
  return (
    <details class="section" open={open} data-testid={`dossier-${name}`}>
      <summary>
        <h3>{title}</h3>
        {count !== undefined && <span class="count">{count}</span>}
      </summary>
      {children}
    </details>
  );
}

/** Pairs of name and value; those without a value are left out. */
export function Facts({ facts }: { facts: readonly (readonly [string, ComponentChildren])[] }) {
  const given = facts.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return (
    <dl class="facts">
      {given.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
