import { readable } from "@widget/messages/markdown";
import type { OpenConversation } from "../state/conversation";
import { useWorkplace } from "../state/workplace";
import { dynamic, t } from "../texts";
import { becauseSentence } from "../texts/events";
import { sentenceValues } from "../texts/values";
import type { ConversationSummary } from "../wire";
import type { NextStep, Phrase } from "../wire-dossier";
import { reveal } from "./reveal";

interface Props {
  steps: readonly NextStep[];
  open: OpenConversation;
  row: ConversationSummary;
  onJump: () => void;
}

/** Three at most, each with what it comes from; pressing one begins it. None once the conversation is over. */
export function NextSteps({ steps, open, row, onJump }: Props) {
  if (steps.length === 0) return null;
  return (
    <section aria-label={t("dossier.next_steps")} data-testid="next-steps">
      <h3>{t("dossier.next_steps")}</h3>
      <ol class="steps">
        {steps.map((step) => (
          <li key={`${step.key} ${step.because.key}`} data-key={step.key} data-testid="next-step">
            <Begin step={step} open={open} row={row} onJump={onJump} />
            <span class="quiet step-why" data-testid="step-why">
              {whySentence(step.because)}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Begin({ step, open, row, onJump }: Omit<Props, "steps"> & { step: NextStep }) {
  const mine = useWorkplace().isMine(row);
  const { act } = step;
  const sentence = stepSentence(step);
  const draft = act?.kind === "draft" ? open.suggesting.drafts.value.find(({ source }) => source.id === act.target) : null;
  if (act?.kind === "jump") {
    return (
      <a href={`#m${act.target}`} onClick={onJump} data-testid="step-begin">
        {sentence}
      </a>
    );
  }
  if (act?.kind === "section" || (draft && mine)) {
    const begin = () => {
      if (!draft) return reveal(act!.target);
      onJump();
      open.suggesting.want(draft);
    };
    return (
      <button type="button" class="link" onClick={begin} data-testid="step-begin">
        {sentence}
      </button>
    );
  }
  return <span>{sentence}</span>;
}

function stepSentence({ key, params }: NextStep): string {
  return dynamic(key, sentenceValues(shown(params)));
}

function whySentence({ key, params }: Phrase): string {
  if (key === "why.policy") return becauseSentence(String(params["rule"]));
  return dynamic(key, sentenceValues(shown(params)));
}

/** What customers wrote, and titles, lose what would turn the text around. */
const shown = (params: Phrase["params"]): Phrase["params"] =>
  Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, typeof value === "string" ? readable(value) : value]),
  );
