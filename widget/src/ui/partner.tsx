import type { VNode } from "preact";
import type { State } from "../connection/wire";
import type { Texts } from "../locales";
import { Action } from "./action";
import { useShared } from "./context";
import { BotIcon, HumanIcon } from "./icons";

const PARTNER: Record<State, keyof Texts> = {
  bot: "partnerBot",
  waiting: "partnerWaiting",
  agent: "partnerHuman",
  closed: "partnerBot",
};

/** Who answers now, always in sight; and the way to a human, one press away. */
export function PartnerBar(): VNode {
  const { model, say } = useShared();
  const state = model.view?.state ?? "bot";
  const isMachine = state === "bot" || state === "closed";
  return (
    <div class={isMachine ? "partner" : "partner partner-human"}>
      {isMachine ? <BotIcon /> : <HumanIcon />}
      <p data-testid="partner">{say(PARTNER[state], { name: model.view?.agent_name ?? "" })}</p>
      {isMachine && <HumanButton testid="talk-to-human" />}
    </div>
  );
}

export function HumanButton({ testid }: { testid: string }): VNode {
  const { connection, model, say } = useShared();
  const isAsked = model.outbox.some(({ frame }) => frame.type === "request_human");
  const asked = model.connection === "live" ? "humanAsked" : "humanAskedLater";
  return (
    <Action
      class="human-button"
      testid={testid}
      disabled={isAsked}
      onPress={() => connection.send({ type: "request_human" })}
    >
      {say(isAsked ? asked : "talkToHuman")}
    </Action>
  );
}
