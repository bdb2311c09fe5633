import { readable } from "@widget/messages/markdown";
import { useEffect } from "preact/hooks";
import { go, links } from "../state/route";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import type { MentionView } from "../wire-notes";
import { customerName } from "./parts";
import { play } from "./sound";

const STAYS = 12_000;

/** Somebody named me in a note: said in passing, the list keeps it. A whisper stays and interrupts: it is meant for now. */
export function AddressedNotice() {
  const { mentions, open } = useWorkplace();
  const arrived = mentions.arrived.value;
  useEffect(() => {
    if (!arrived) return;
    play();
    if (arrived.whisper) return;
    const timer = setTimeout(() => (mentions.arrived.value = null), STAYS);
    return () => clearTimeout(timer);
  }, [arrived]);
  const isHere = arrived !== null && open.value?.id === arrived.conversation_id;
  const shown = arrived && (isHere ? <p class="sr-only">{said(arrived)}</p> : <Notice mention={arrived} />);
  return (
    <>
      <div role="alert" data-testid="whispers">
        {arrived?.whisper && shown}
      </div>
      <div role="status">{arrived && !arrived.whisper && shown}</div>
    </>
  );
}

function Notice({ mention }: { mention: MentionView }) {
  const { mentions } = useWorkplace();
  const dismiss = () => (mentions.arrived.value = null);
  function open() {
    go(links.conversation(mention.conversation_id));
    dismiss();
  }
  return (
    <section class="toast" data-testid={mention.whisper ? "whisper-notice" : "mention-notice"}>
      <h2>{t(mention.whisper ? "whisper.from" : "mention.from", { name: mention.by_name })}</h2>
      <p class="toast-about">{customerName(mention.summary)}</p>
      <p class="toast-text">{readable(mention.text)}</p>
      <div class="buttons">
        <button type="button" onClick={dismiss}>
          {t("dismiss")}
        </button>
        <button type="button" class="primary" onClick={open} data-testid="addressed-open">
          {t("mention.open")}
        </button>
      </div>
    </section>
  );
}

const said = ({ whisper, by_name: name, text }: MentionView): string =>
  t(whisper ? "whisper.said" : "mention.said", { name, text: readable(text) });
