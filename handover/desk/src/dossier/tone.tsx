import { t } from "../texts";
import type { TonePoint } from "../wire-dossier";

const WIDTH = 200;
const HEIGHT = 40;
const CLEAR = 0.2;

/** The visitor's tone over their messages, as a line from angry (low) to glad (high). */
export function Tone({ tone }: { tone: readonly TonePoint[] }) {
  const latest = tone.at(-1);
  if (!latest || tone.length < 2) return null;
  const step = WIDTH / (tone.length - 1);
  const points = tone.map(({ score }, index) => `${index * step},${((1 - score) * HEIGHT) / 2}`).join(" ");
  return (
    <section class="tone" aria-label={t("dossier.tone")}>
      <h3>{t("dossier.tone")}</h3>
      <svg viewBox={`0 -3 ${WIDTH} ${HEIGHT + 6}`} role="img" aria-label={verdict(latest.score)}>
        <line x1="0" x2={WIDTH} y1={HEIGHT / 2} y2={HEIGHT / 2} class="tone-middle" />
        <polyline points={points} class="tone-line" />
      </svg>
      <p class="quiet">{verdict(latest.score)}</p>
    </section>
  );
}

function verdict(score: number): string {
  if (score <= -CLEAR) return t("tone.angry");
  return t(score >= CLEAR ? "tone.glad" : "tone.even");
}
