import { useEffect } from "preact/hooks";
import { CustomerPage } from "./pages/customer";
import { CustomersPage } from "./pages/customers";
import { KnowledgePage } from "./pages/knowledge";
import { LoginPage } from "./pages/login";
import { WorkPage } from "./pages/work";
import { readsKnowledge, servesConversations } from "./state/permissions";
import { go, links, route } from "./state/route";
import { resume, session } from "./state/session";
import { useWorkplace, WorkplaceContext } from "./state/workplace";
import { t } from "./texts";
import { Shell } from "./ui/shell";

export function App() {
  const now = session.value;
  switch (now.state) {
    case "asking":
      return <main class="blank" aria-busy="true" />;
    case "unreachable":
      return <Unreachable />;
    case "out":
      return <LoginPage ended={now.ended} />;
    case "in":
      return (
        <WorkplaceContext.Provider value={now.workplace}>
          <Shell>
            <Page />
          </Shell>
        </WorkplaceContext.Provider>
      );
  }
}

function Page() {
  const { agent } = useWorkplace();
  const shown = route.value;
  const elsewhere =
    (shown.page === "knowledge" && !readsKnowledge(agent.role)) ||
    (shown.page !== "knowledge" && !servesConversations(agent.role));
  useEffect(() => {
    if (elsewhere) go(servesConversations(agent.role) ? links.work : links.knowledge);
  }, [elsewhere]);
  if (elsewhere) return null;
  switch (shown.page) {
    case "work":
      return <WorkPage conversation={shown.conversation} />;
    case "customers":
      return <CustomersPage />;
    case "customer":
      return <CustomerPage key={shown.id} id={shown.id} />;
    case "knowledge":
      return <KnowledgePage />;
  }
}

function Unreachable() {
  return (
    <main class="blank">
      <p role="alert">{t("error.unreachable")}</p>
      <button type="button" class="primary" onClick={() => void resume()}>
        {t("retry")}
      </button>
    </main>
  );
}
