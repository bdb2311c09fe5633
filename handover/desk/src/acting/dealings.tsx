import { t } from "../texts";
import { requestName } from "../texts/events";
import { moment, now } from "../texts/format";
import { useCommands } from "../ui/commands";
import { FailedLoad, Loading } from "../ui/loading";
import { Chip } from "../ui/parts";
import { Section } from "../ui/section";
import type { RequestView } from "../wire-acting";
import { useActing, type Acting } from "./context";

const SHOWN = 8;
const OF_ACCOUNT = ["contact.change", "payment.change_default"] as const;

/** What concerns the customer as a whole, and what was done for them lately; for whoever has the case. */
export function Dealings() {
  const acting = useActing();
  const when = Boolean(acting?.mine && acting.proven);
  useCommands([
    { id: "act-credit", title: t("acting.credit"), place: "conversation", when, run: () => acting?.begin({ kind: "credit" }) },
    ...OF_ACCOUNT.map((kind) => ({
      id: `act-${kind}`,
      title: t(`acting.name.${kind}`),
      place: "conversation" as const,
      when,
      run: () => acting?.begin({ kind, subject: "" }),
    })),
  ]);
  if (!acting || !when) return null;
  const { account, failed, reload, begin } = acting;
  return (
    <Section title={t("acting.title")} name="acting" open>
      <div class="acting-keys" role="group" aria-label={t("acting.title")}>
        <button type="button" onClick={() => begin({ kind: "credit" })} data-testid="act-credit-any">
          {t("acting.credit")}
        </button>
        {OF_ACCOUNT.map((kind) => (
          <button key={kind} type="button" onClick={() => begin({ kind, subject: "" })} data-testid={`act-${kind}`}>
            {t(`acting.name.${kind}`)}
          </button>
        ))}
      </div>
      {failed && !account && <FailedLoad text={t("acting.failed")} onRetry={reload} />}
      {!failed && !account && <Loading />}
      {account && <Requests acting={acting} requests={account.requests} />}
    </Section>
  );
}

const KINDS = { open: "warn", done: "good", undone: "plain" } as const;

function Requests({ acting, requests }: { acting: Acting; requests: readonly RequestView[] }) {
  return (
    <>
      <h4>{t("acting.requests")}</h4>
      {requests.length === 0 && <p class="quiet">{t("acting.no_requests")}</p>}
      <ul class="lines">
        {requests.slice(0, SHOWN).map((request) => (
          <RequestLine key={request.reference} acting={acting} request={request} />
        ))}
      </ul>
    </>
  );
}

function RequestLine({ acting, request }: { acting: Acting; request: RequestView }) {
  const { kind, subject, reference, state, created_at: at, undo_until: until } = request;
  const what = requestName(kind, subject);
  const undoable = until !== null && state !== "undone" && kind !== "consent.change" && Date.parse(until) > now.value;
  return (
    <li data-testid="request" data-kind={kind} data-reference={reference} data-state={state}>
      <span>{what}</span>
      <Chip kind={KINDS[state]}>{t(`acting.request_state.${state}`)}</Chip>
      <span class="quiet wide">{t("credit.dated_reference", { date: moment(at), reference })}</span>
      {undoable && (
        <button
          type="button"
          class="link"
          aria-label={t("acting.undo_label", { what, reference })}
          onClick={() => acting.begin({ kind: "request.undo", subject: reference })}
          data-testid="act-request.undo"
        >
          {t("acting.undo")}
        </button>
      )}
    </li>
  );
}
