import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useShared } from "./context";
import { form } from "./lazy";
import { isTrying, useOutage } from "./outage";

const MailForm = form((forms) => forms.MailForm, { isContact: true });

/** `offered` by itself, taken up (`used`) or put away (`declined`) by the visitor. */
type Phase = "offered" | "used" | "declined";

/**
 * Another way to reach us while nobody can be reached here: offered after a while, or at once to whoever calls a human.
 * Whoever has begun with it keeps it until they are done, also when the line is back.
 */
export function MailCard(): VNode | null {
  const { model, say } = useShared();
  const outage = useOutage(model);
  const hasCalled = model.outbox.some(({ frame }) => frame.type === "request_human");
  const isNeeded = outage === "long" || (outage === "told" && hasCalled && !isTrying(model));
  const [phase, setPhase] = useState<Phase>("offered");
  const [isAnswer, setIsAnswer] = useState(false);
  const hadCalled = useRef(hasCalled);

  useEffect(() => {
    if (outage === "none") setPhase((now) => (now === "declined" ? "offered" : now));
  }, [outage]);
  useEffect(() => {
    const hasJustCalled = hasCalled && !hadCalled.current;
    hadCalled.current = hasCalled;
    if (!hasJustCalled || outage === "none") return;
    setPhase((now) => (now === "declined" ? "offered" : now));
    setIsAnswer(true);
  }, [hasCalled]);

  const open = (): void => {
    setPhase("used");
    setIsAnswer(true);
  };
  const leave = (): void => {
    setPhase("declined");
    setIsAnswer(false);
  };
  if (phase === "used" || (isNeeded && phase === "offered"))
    return <MailForm isAnswer={isAnswer} onUse={() => setPhase("used")} onLeave={leave} />;
  if (!isNeeded) return null;
  return (
    <button type="button" class="small mail-open" data-testid="mail-open" onClick={open}>
      {say("mailTitle")}
    </button>
  );
}
