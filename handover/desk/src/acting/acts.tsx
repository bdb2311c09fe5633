import { t } from "../texts";
import type { AgentRequestKind } from "../wire-acting";
import type { OrderView } from "../wire-dossier";
import { useActing } from "./context";

interface Props {
  /** What the group of keys is called. */
  label: string;
  kinds: readonly AgentRequestKind[];
  subject: string;
  /** A credit may be about this order. */
  order?: OrderView;
}

/** What can be begun here, for whoever has the case of a proven customer. Whether it can be done the desk says. */
export function Acts({ label, kinds, subject, order }: Props) {
  const acting = useActing();
  if (!acting?.mine || !acting.proven) return null;
  const { begin } = acting;
  return (
    <div class="acting-keys" role="group" aria-label={label}>
      {kinds.map((kind) => (
        <button key={kind} type="button" onClick={() => begin({ kind, subject })} data-testid={`act-${kind}`}>
          {t(`acting.name.${kind}`)}
        </button>
      ))}
      {order && (
        <button type="button" onClick={() => begin({ kind: "credit", order })} data-testid="act-credit">
          {t("acting.credit")}
        </button>
      )}
    </div>
  );
}
