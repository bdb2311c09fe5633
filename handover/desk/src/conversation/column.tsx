import { useRef, useState } from "preact/hooks";
import { DossierColumn } from "../dossier/dossier";
import type { OpenConversation } from "../state/conversation";
import { go, links } from "../state/route";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import { useCommands } from "../ui/commands";
import { FailedLoad, Loading } from "../ui/loading";
import { Empty } from "../ui/parts";
import { Composer } from "./composer";
import { ConversationHeader } from "./header";
import { Messages } from "./messages";
import { Ratings } from "./ratings";

/** The middle and the right column; `data-pane` says which of the two a narrow screen shows. */
export function ConversationColumn({ open }: { open: OpenConversation }) {
  const row = useWorkplace().rows.value.get(open.id);
  const [pane, setPane] = useState<"conversation" | "dossier">("conversation");
  const loading = open.loading.value;
  const box = useRef<HTMLDivElement>(null);
  useCommands([
    {
      id: "dossier",
      run: () => {
        setPane("dossier");
        requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(".dossier")?.focus());
      },
    },
    {
      id: "customer",
      title: t("command.customer"),
      place: "conversation",
      when: Boolean(row?.customer_id),
      run: () => go(links.customer(row?.customer_id ?? "")),
    },
  ]);
  if (!row || loading === "missing") return <Placeholder open={open} />;
  return (
    <div class="opened" data-pane={pane} ref={box}>
      <main id="content" class="conversation" tabIndex={-1} data-testid="conversation" data-id={open.id}>
        <ConversationHeader row={row} onDossier={() => setPane("dossier")} />
        <Ratings log={open.facts.value} />
        {loading === "ready" ? <Messages open={open} row={row} /> : <Fetching open={open} />}
        <Composer open={open} row={row} />
      </main>
      <DossierColumn open={open} row={row} onBack={() => setPane("conversation")} />
    </div>
  );
}

function Placeholder({ open }: { open: OpenConversation }) {
  return (
    <main id="content" class="conversation none" tabIndex={-1}>
      <h1 class="sr-only">{t("nav.work")}</h1>
      {open.loading.value === "missing" ? <Empty>{t("conversation.missing")}</Empty> : <Fetching open={open} />}
    </main>
  );
}

function Fetching({ open }: { open: OpenConversation }) {
  if (open.loading.value === "loading") return <Loading lines={6} />;
  return <FailedLoad text={t("conversation.failed")} onRetry={() => void open.load()} />;
}
