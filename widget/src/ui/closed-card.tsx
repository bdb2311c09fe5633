import type { VNode } from "preact";
import { Action } from "./action";
import { useShared } from "./context";

export function ClosedCard(): VNode {
  const { connection, say } = useShared();
  return (
    <section class="card" aria-labelledby="kulanz-closed" data-testid="closed-card">
      <h3 id="kulanz-closed">{say("closedTitle")}</h3>
      <p class="quiet">{say("closedText")}</p>
      <Action class="small" testid="start-over" onPress={() => connection.startOver()}>
        {say("startOver")}
      </Action>
    </section>
  );
}
