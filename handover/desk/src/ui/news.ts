/** What the browser tells while nobody looks at the desk: that something happened, never what a customer said. */

import { useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { isOf } from "../state/log";
import { links } from "../state/route";
import { useWorkplace, type Heard, type Workplace } from "../state/workplace";
import { forCode, t } from "../texts";
import type { ConversationSummary } from "../wire";
import { customerName } from "./parts";

export function useNews(): void {
  const workplace = useWorkplace();
  const told = useRef(new Set<string>());
  const once = (key: string, tell: () => void) => {
    if (told.current.has(key)) return;
    told.current.add(key);
    tell();
  };
  useSignalEffect(() => {
    for (const { offer, queued } of workplace.queue.mine.value)
      once(offer.offer_id, () => {
        const from = offer.from_name;
        tell(workplace, queued.summary, "offer", from ? t("notify.handed", { name: from }) : t("notify.offer"));
      });
  });
  useSignalEffect(() => {
    const heard = workplace.heard.value;
    if (heard) tellHeard(workplace, heard);
  });
  useSignalEffect(() => {
    const mention = workplace.mentions.arrived.value;
    if (!mention) return;
    const { by_name: name, summary, whisper } = mention;
    tell(workplace, summary, "mention", t(whisper ? "notify.whisper" : "notify.mention", { name }));
  });
  useSignalEffect(() => {
    for (const task of workplace.tasks.due.value)
      once(task.id, () => {
        const about = { id: task.conversation_id, customer_name: task.customer_name };
        tell(workplace, about, "task", t(`notify.task.${task.kind}`));
      });
  });
}

function tellHeard(workplace: Workplace, { event, summary }: Heard): void {
  const { agent } = workplace;
  if (isOf(event, "message.posted") && event.actor.kind === "visitor" && workplace.isMine(summary))
    tell(workplace, summary, "message", t("notify.message"));
  if (isOf(event, "conversation.directed") && event.data.to_id === agent.id && event.actor.id !== agent.id)
    tell(workplace, summary, "handed", t("notify.handed", { name: event.actor.name ?? t("somebody") }));
}

type About = Pick<ConversationSummary, "id" | "customer_name"> & Partial<Pick<ConversationSummary, "reason">>;

/** A customer's name stands there only where the agent wants it on this screen. */
function tell({ notifications }: Workplace, row: About, kind: string, title: string): void {
  const body = notifications.wanted.peek().names
    ? customerName(row)
    : kind === "offer" && row.reason
      ? forCode("reason", row.reason, "")
      : "";
  void notifications.tell({ title, body, tag: `kulanz.${kind}.${row.id}`, link: links.conversation(row.id) });
}

/** A mark on the tab's picture while something asks for attention; a picture of its own, because none may be drawn here. */
export function useTabPicture(): void {
  const { attention } = useWorkplace();
  useSignalEffect(() => {
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    const name = attention.value ? "icon-news.svg" : "icon.svg";
    if (icon && !icon.href.endsWith(`/${name}`)) icon.href = `/desk/${name}`;
  });
}
