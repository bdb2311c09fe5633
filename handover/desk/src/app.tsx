import { useEffect } from "preact/hooks";
import { AccountPage } from "./pages/account";
import { AnswersPage } from "./pages/answers";
import { ApprovalsPage } from "./pages/approvals";
import { AuditPage } from "./pages/audit";
import { CustomerPage } from "./pages/customer";
import { CustomersPage } from "./pages/customers";
import { GapsPage } from "./pages/gaps";
import { KnowledgePage } from "./pages/knowledge";
import { LivePage } from "./pages/live";
import { LoginPage } from "./pages/login";
import { PeoplePage } from "./pages/people";
import { RulesPage } from "./pages/rules";
import { TasksPage } from "./pages/tasks";
import { WorkPage } from "./pages/work";
import { may } from "./state/permissions";
import { go, links, route, type Route } from "./state/route";
import { resume, session } from "./state/session";
import { useWorkplace, WorkplaceContext } from "./state/workplace";
import { t } from "./texts";
import { Shell } from "./ui/shell";
import type { Permission } from "./wire";

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

/** What each page takes; whoever may not see it is led to one that is theirs. */
const NEEDS: Record<Route["page"], Permission> = {
  work: "read_conversations",
  customers: "read_customers",
  customer: "read_customers",
  answers: "serve_conversations",
  tasks: "serve_conversations",
  gaps: "own_account", // what somebody proposed is theirs to see, whatever else they may
  live: "supervise",
  approvals: "decide_credit",
  rules: "keep_desk_rules",
  people: "keep_staff",
  audit: "read_audit",
  account: "own_account",
  knowledge: "read_knowledge",
};

function Page() {
  const { agent } = useWorkplace();
  const shown = route.value;
  const elsewhere = !may(agent, NEEDS[shown.page]);
  useEffect(() => {
    if (elsewhere) go(may(agent, "read_conversations") ? links.work : links.knowledge);
  }, [elsewhere]);
  if (elsewhere) return null;
  switch (shown.page) {
    case "work":
      return <WorkPage conversation={shown.conversation} />;
    case "customers":
      return <CustomersPage />;
    case "customer":
      return <CustomerPage key={shown.id} id={shown.id} />;
    case "answers":
      return <AnswersPage />;
    case "tasks":
      return <TasksPage />;
    case "gaps":
      return <GapsPage />;
    case "live":
      return <LivePage />;
    case "approvals":
      return <ApprovalsPage />;
    case "rules":
      return <RulesPage />;
    case "people":
      return <PeoplePage />;
    case "audit":
      return <AuditPage />;
    case "account":
      return <AccountPage />;
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
