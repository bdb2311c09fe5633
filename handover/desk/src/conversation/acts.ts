/**
 * What can be done with a case beside claiming it, handing it back and ending it: one table. The "More" menu and the
 * command bar show the rows whose `when` holds.
 */

import type { FunctionComponent } from "preact";
import * as api from "../api";
import { may } from "../state/permissions";
import type { Workplace } from "../state/workplace";
import type { Key } from "../texts";
import type { KeyId } from "../ui/keys";
import { isProven } from "../ui/parts";
import { AssignDialog } from "./assign-dialog";
import { MergeDialog } from "./merge-dialog";
import { SplitDialog } from "./split-dialog";
import { TakeOverDialog } from "./take-over-dialog";
import { TaskDialog } from "./task-dialog";
import { TransferDialog } from "./transfer-dialog";
import type { Agent, ConversationSummary } from "../wire";

export interface Given {
  row: ConversationSummary;
  mine: boolean;
  agent: Agent;
  /** Other open conversations of the same proven customer. */
  others: readonly ConversationSummary[];
}

export interface ActDialogProps {
  row: ConversationSummary;
  onClose: () => void;
}

/** Exactly one of `run` and `dialog`. */
export interface Act {
  /** Test id of its item. */
  id: string;
  title: Key;
  /** Its row of the desk's keys, if it has one. */
  key?: KeyId;
  when: (given: Given) => boolean;
  /** Done at once; what it throws is told in the header. */
  run?: (workplace: Workplace, row: ConversationSummary) => Promise<void>;
  /** What is asked first. It is drawn beside the menu, so that the menu may fold. */
  dialog?: FunctionComponent<ActDialogProps>;
}

export const ACTS: readonly Act[] = [
  {
    id: "make-task",
    title: "task.new",
    key: "task",
    when: ({ row, agent }) => row.state !== "bot" && may(agent, "serve_conversations"),
    dialog: TaskDialog,
  },
  { id: "transfer", title: "transfer.act", key: "transfer", when: ({ mine }) => mine, dialog: TransferDialog },
  {
    id: "take-over",
    title: "take_over.act",
    key: "take_over",
    when: ({ row, mine, agent }) => row.state === "agent" && !mine && may(agent, "serve_conversations"),
    dialog: TakeOverDialog,
  },
  {
    id: "assign",
    title: "assign.act",
    key: "assign",
    when: ({ row, agent }) => ["waiting", "agent"].includes(row.state) && may(agent, "supervise"),
    dialog: AssignDialog,
  },
  { id: "merge", title: "merge.act", when: ({ mine, others }) => mine && others.length > 0, dialog: MergeDialog },
  { id: "split", title: "split.act", when: ({ mine }) => mine, dialog: SplitDialog },
  { id: "release", title: "release", when: ({ mine }) => mine, run: release },
  { id: "mail-transcript", title: "transcript.mail", when: ({ row }) => isProven(row.trust), run: mailTranscript },
];

async function release(workplace: Workplace, row: ConversationSummary): Promise<void> {
  await workplace.outbox.release(); // whatever was said comes before the end
  workplace.put((await api.release(row.id, row.ownership_version)).summary);
}

/** Where it went, the event tells. */
async function mailTranscript(workplace: Workplace, row: ConversationSummary): Promise<void> {
  workplace.put((await api.mailTranscript(row.id)).summary);
}
