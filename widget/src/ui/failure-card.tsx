import type { VNode } from "preact";
import { useShared } from "./context";
import { BotIcon } from "./icons";
import { HumanButton } from "./partner";

export function FailureCard({ isNewest }: { isNewest: boolean }): VNode {
  const { model, say } = useShared();
  return (
    <div class="card failure" data-testid="bot-failed">
      <p>
        <BotIcon />
        {say("botFailed")}
      </p>
      {isNewest && model.view?.state === "bot" && <HumanButton testid="failure-human" />}
    </div>
  );
}
