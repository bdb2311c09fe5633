import { useSignalEffect } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { readsKnowledge, servesConversations } from "../state/permissions";
import { links, route } from "../state/route";
import { logOut } from "../state/session";
import { useWorkplace } from "../state/workplace";
import { counted, t } from "../texts";
import { LanguageSelect } from "./language-select";
import { ArrivalNotice } from "./notice";
import { ShortcutsDialog, useShortcuts } from "./shortcuts";
import { useAction } from "./use-action";
import { Failure } from "./dialog";

/** The frame around every page: where am I, am I connected, who am I. */
export function Shell({ children }: { children: ComponentChildren }) {
  const workplace = useWorkplace();
  const [help, setHelp] = useState(false);
  useShortcuts({ "?": () => setHelp(true) });
  useSignalEffect(() => {
    const count = workplace.attention.value;
    document.title = count ? counted("title.attention", count) : t("title");
  });
  return (
    <div class="shell">
      <a class="skip" href="#content">
        {t("skip")}
      </a>
      <header class="top">
        <a class="brand" href={links.work}>
          Kulanz
        </a>
        <Pages />
        <LinkState />
        <AgentMenu onHelp={() => setHelp(true)} />
      </header>
      {children}
      <ArrivalNotice />
      {help && <ShortcutsDialog onClose={() => setHelp(false)} />}
    </div>
  );
}

function Pages() {
  const { agent } = useWorkplace();
  const page = route.value.page;
  const current = (here: boolean) => (here ? "page" : undefined);
  return (
    <nav class="pages" aria-label={t("nav.label")}>
      {servesConversations(agent.role) && (
        <>
          <a href={links.work} aria-current={current(page === "work")}>
            {t("nav.work")}
          </a>
          <a href={links.customers} aria-current={current(page === "customers" || page === "customer")}>
            {t("nav.customers")}
          </a>
        </>
      )}
      {readsKnowledge(agent.role) && (
        <a href={links.knowledge} aria-current={current(page === "knowledge")}>
          {t("nav.knowledge")}
        </a>
      )}
    </nav>
  );
}

function LinkState() {
  const { socket, outbox } = useWorkplace();
  const waiting = socket.link.value === "connecting" || outbox.stuck.value;
  return (
    <p role="status" class="link-state" data-testid="connection" data-state={socket.link.value}>
      {waiting && t("connection.lost")}
    </p>
  );
}

function AgentMenu({ onHelp }: { onHelp: () => void }) {
  const { agent } = useWorkplace();
  const action = useAction();
  return (
    <details class="menu" data-testid="agent-menu">
      <summary>{agent.name}</summary>
      <div class="menu-box">
        <p class="quiet">
          {agent.email}
          <br />
          {t(`role.${agent.role}`)}
        </p>
        <LanguageSelect />
        <button type="button" onClick={onHelp}>
          {t("shortcuts.title")}
        </button>
        <button type="button" onClick={() => void action.run(logOut)} data-testid="logout">
          {t("logout")}
        </button>
        <Failure text={action.error} />
      </div>
    </details>
  );
}
