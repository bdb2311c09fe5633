/**
 * What can be done with a case beside claiming it, handing it back and ending it: one table. The "More" menu and the
 * command bar show the rows whose `when` holds.
 */

import type { FunctionComponent } from "preact";
import * as api from "../api";
import type { Workplace } from "../state/workplace";
import type { Key } from "../texts";
import type { KeyId } from "../ui/keys";
import { isProven } from "../ui/parts";
import type { Agent, ConversationSummary } from "../wire";

export interface Given {
  row: ConversationSummary;
  mine: boolean;
  agent: Agent;
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
