import type { VNode } from "preact";
import { useShared } from "./context";

/** One quiet line about the line to the desk; empty when all is well. */
export function StatusLine(): VNode {
  const { connection, model, say } = useShared();
  const isOffline = model.connection === "offline";
  const isComingBack = model.connection === "connecting" && model.view !== null;
  return (
    <div class="status" role="status" data-testid="connection-status" data-state={model.connection}>
      {isComingBack && <p>{say("connecting")}</p>}
      {isOffline && (
        <>
          <p>{say("offline")}</p>
          <button type="button" class="text-button" data-testid="try-now" onClick={() => connection.retryNow()}>
            {say("tryNow")}
          </button>
        </>
      )}
      {model.refused && !isOffline && !isIdentity(model.refused.type) && <p>{say("refused")}</p>}
    </div>
  );
}

/** The form tells of these itself. */
const isIdentity = (type: string): boolean => type === "identify" || type === "prove";
