/** Two soft tones, in Hertz, one after the other. */
const TONES = [659, 880];
/** Seconds. */
const APART = 0.12;
const LENGTH = 0.35;
const LOUDNESS = 0.06;
/** Milliseconds for which the tab that rings keeps the others quiet. */
const HELD = 3_000;

/** Plays the sound for new messages, as far as the browser lets a page make any before it was touched. */
export function chime(): void {
  if (typeof AudioContext === "undefined" || navigator.userActivation?.hasBeenActive === false) return;
  const audio = new AudioContext();
  TONES.forEach((tone, place) => play(audio, tone, audio.currentTime + place * APART));
  setTimeout(() => void audio.close().catch(() => undefined), 1_000 * (TONES.length * APART + LENGTH) + 500);
}

/** In one tab of all that hear of the same news, where the browser has locks; they store nothing. */
export async function chimeOnce(news: string): Promise<void> {
  if (!navigator.locks) return chime();
  await navigator.locks.request(`kulanz-sound-${news}`, { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    chime();
    await new Promise((resolve) => setTimeout(resolve, HELD));
  });
}

function play(audio: AudioContext, tone: number, at: number): void {
  const oscillator = new OscillatorNode(audio, { frequency: tone });
  const gain = new GainNode(audio, { gain: 0 });
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(LOUDNESS, at + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.0001, at + LENGTH);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(at);
  oscillator.stop(at + LENGTH);
}
