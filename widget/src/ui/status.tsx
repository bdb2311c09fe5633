import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Model } from "../connection/connection";
import type { Texts } from "../locales";
import { useFocusBack } from "./action";
import { useShared } from "./context";
import { isTrying, useOutage, type Outage } from "./outage";

const TURNED_AWAY = { log_in: "logInFirst", too_many: "tooMany" } as const;
/** Milliseconds that the good news stays. */
const BACK_TOLD = 5_000;

/** One quiet line about the line to the desk; empty when all is well, and in every blip that nobody would notice. */
export function StatusLine(): VNode {
  const { model, say } = useShared();
  const outage = useOutage(model);
  const trouble = troubleOf(model, outage);
  const isBack = useIsBack(trouble !== null && trouble !== "connecting", model.connection === "live");
  const refused = model.refused && !hasForm(model.refused.type) ? model.refused : null;
  return (
    <div class="status" role="status" data-testid="connection-status" data-state={model.connection}>
      {trouble === "connecting" ? <p>{say(trouble)}</p> : trouble && <Trouble text={trouble} />}
      {isBack && <p data-testid="connected-again">{say("connectedAgain")}</p>}
      {refused && !trouble && <p>{say(refused.code === "too_many" ? "tooMany" : "refused")}</p>}
    </div>
  );
}

/** The button stays while it tries, so that nothing flickers and no focus is lost. */
function Trouble({ text }: { text: keyof Texts }): VNode {
  const { connection, say } = useShared();
  const area = useRef<HTMLDivElement>(null);
  useFocusBack(area);
  return (
    <div ref={area}>
      <p>{say(text)}</p>
      <button type="button" class="text-button" data-testid="try-now" onClick={() => connection.retryNow()}>
        {say("tryNow")}
      </button>
    </div>
  );
}

function troubleOf(model: Model, outage: Outage): keyof Texts | null {
  const { connection, isOnline, turnedAway } = model;
  if (connection === "live" || connection === "ended") return null;
  if (turnedAway) return TURNED_AWAY[turnedAway];
  if (outage === "none") return null;
  if (!isOnline) return "offlineDevice";
  return isTrying(model) ? "connecting" : "offlineDesk";
}

/** Once, after trouble that was told; a first connection is no return. */
function useIsBack(hasTrouble: boolean, isLive: boolean): boolean {
  const [isBack, setIsBack] = useState(false);
  const hadTrouble = useRef(false);
  useEffect(() => {
    if (hasTrouble) hadTrouble.current = true;
    setIsBack(isLive && hadTrouble.current);
    if (!isLive || !hadTrouble.current) return;
    hadTrouble.current = false;
    const timer = setTimeout(() => setIsBack(false), BACK_TOLD);
    return () => clearTimeout(timer);
  }, [hasTrouble, isLive]);
  return isBack;
}

/** Their forms, or the website, tell of these themselves. */
const hasForm = (type: string): boolean => type === "identify" || type === "prove" || type === "leave_contact" || type === "identify_token";
