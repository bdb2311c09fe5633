import { dynamic } from "../texts";
import { sentenceValues } from "../texts/values";
import type { Phrase } from "../wire-dossier";

interface Props {
  title: string;
  name: string;
  phrases: readonly Phrase[];
  onJump: () => void;
}

/** Sentences that the desk names by key: promises. Those about a message lead to it. */
export function Phrases({ title, name, phrases, onJump }: Props) {
  if (phrases.length === 0) return null;
  return (
    <section aria-label={title} data-testid={name}>
      <h3>{title}</h3>
      <ul class="phrases">
        {phrases.map((phrase, index) => (
          <li key={index} data-key={phrase.key}>
            <Sentence phrase={phrase} onJump={onJump} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Sentence({ phrase: { key, params }, onJump }: { phrase: Phrase; onJump: () => void }) {
  const sentence = dynamic(key, sentenceValues(params));
  const message = params["message_number"];
  if (message === undefined) return <>{sentence}</>;
  return (
    <a href={`#m${message}`} onClick={onJump}>
      {sentence}
    </a>
  );
}
