/** What the agent may do for the customer of the open case: the account, and the dialog that is open. */

import { createContext, type ComponentChildren } from "preact";
import { useContext, useEffect, useRef, useState } from "preact/hooks";
import * as api from "../api";
import type { OpenConversation } from "../state/conversation";
import type { Log } from "../state/log";
import { may } from "../state/permissions";
import { useWorkplace } from "../state/workplace";
import { language } from "../texts";
import { isProven } from "../ui/parts";
import type { ConversationSummary } from "../wire";
import type { AccountFound, AgentRequestKind } from "../wire-acting";
import type { Dossier, OrderView } from "../wire-dossier";
import { CreditDialog } from "./credit-dialog";
import { RequestDialog } from "./request-dialog";

export interface Request {
  kind: AgentRequestKind;
  subject: string;
}
/** What is begun: a request, or a credit, of an order if one is named. */
export type Begun = Request | { kind: "credit"; order?: OrderView };

export interface Acting {
  open: OpenConversation;
  row: ConversationSummary;
  dossier: Dossier;
  /** The case is theirs, and so is the right. */
  mine: boolean;
  /** The customer has proven who they are. */
  proven: boolean;
  account: AccountFound | null;
  failed: boolean;
  reload: () => void;
  begin: (begun: Begun) => void;
  /** Brings the message field into sight, where a narrow screen shows only one of the two. */
  onReply: () => void;
}

const Context = createContext<Acting | null>(null);
/** Nothing outside a case. */
export const useActing = (): Acting | null => useContext(Context);

interface Props {
  open: OpenConversation;
  row: ConversationSummary;
  dossier: Dossier;
  onReply: () => void;
  children: ComponentChildren;
}

export function ActingProvider({ open, row, dossier, onReply, children }: Props) {
  const workplace = useWorkplace();
  const mine = workplace.isMine(row) && may(workplace.agent, "act_for_customers");
  const proven = isProven(row.trust) && row.customer_id !== null;
  const [here, setHere] = useState<{ id: string; begun: Begun } | null>(null);
  const begun = here?.id === open.id ? here.begun : null; // what was begun in another case is over
  const fetched = useAccount(open.id, mine && proven, lastDeed(open.facts.value));
  useSpokenDossier(open);
  const begin = (next: Begun) => setHere({ id: open.id, begun: next });
  const acting: Acting = { open, row, dossier, mine, proven, ...fetched, begin, onReply };
  const close = () => setHere(null);
  return (
    <Context.Provider value={acting}>
      {children}
      {begun?.kind === "credit" && <CreditDialog acting={acting} order={begun.order} onClose={close} />}
      {begun && begun.kind !== "credit" && <RequestDialog acting={acting} {...begun} onClose={close} />}
    </Context.Provider>
  );
}

/** The last event after which the account may look otherwise. */
function lastDeed(facts: Log): number {
  return facts.findLast(({ data }) => /^(service|credit)\.|^identity\.proven$/.test(data.type))?.number ?? 0;
}

type Fetched = Pick<Acting, "account" | "failed" | "reload">;

function useAccount(id: string, isOn: boolean, deed: number): Fetched {
  const [account, setAccount] = useState<AccountFound | null>(null);
  const [failed, setFailed] = useState(false);
  const [tries, setTries] = useState(0);
  const spoken = language.value;
  useEffect(() => setAccount(null), [id, isOn]);
  useEffect(() => {
    if (!isOn) return;
    let isCurrent = true;
    setFailed(false);
    api.account(id, spoken).then(
      (found) => isCurrent && setAccount(found),
      () => isCurrent && setFailed(true),
    );
    return () => void (isCurrent = false);
  }, [id, isOn, deed, spoken, tries]);
  return { account, failed, reload: () => setTries(tries + 1) };
}

/** The shop's words in the dossier follow the language of the page. */
function useSpokenDossier(open: OpenConversation): void {
  const spoken = language.value;
  const shown = useRef(spoken);
  useEffect(() => {
    if (shown.current !== spoken) void open.loadDossier();
    shown.current = spoken;
  }, [spoken, open]);
}
