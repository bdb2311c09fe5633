import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Action } from "./action";
import { useShared } from "./context";

export { default as css } from "./consent.css?inline";

/** What the visitor is told, and asked, before anything is stored or sent. */
export default function ConsentNote({ privacyUrl, onAgree, onNotNow }: ConsentNoteProps): VNode {
  const { host, say } = useShared();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (host.root.activeElement) heading.current?.focus(); // only from inside: a page that loads keeps its focus
  }, []);
  return (
    <section class="consent" aria-labelledby="kulanz-consent" data-testid="consent-note">
      <h3 id="kulanz-consent" tabIndex={-1} ref={heading}>
        {say("consentTitle")}
      </h3>
      <p>{say("consentWho")}</p>
      <p>{say("consentStored")}</p>
      <p>{say("consentLater")}</p>
      <p>
        <a href={privacyUrl} target="_blank" rel="noopener" data-testid="consent-privacy">
          {say("consentRead")}
        </a>
      </p>
      <div class="buttons">
        <Action class="primary" testid="consent-agree" onPress={onAgree}>
          {say("consentAgree")}
        </Action>
        <button type="button" class="small" data-testid="consent-not-now" onClick={onNotNow}>
          {say("notNow")}
        </button>
      </div>
    </section>
  );
}

interface ConsentNoteProps {
  privacyUrl: string;
  onAgree(): void;
  onNotNow(): void;
}
