/** Two short notes for a new offer; off until an agent wants them on this browser. */

import { signal } from "@preact/signals";
import { load, save } from "../state/storage";

const KEPT = "kulanz.sound";
const NOTES = [660, 880];
const SECONDS = 0.14;
const VOLUME = 0.08;

export const sounds = signal(load(KEPT, false, localStorage));

export function enableSound(on: boolean): void {
  sounds.value = on;
  save(KEPT, on, localStorage);
  if (on) play();
}

export function play(): void {
  if (!sounds.value || typeof AudioContext === "undefined") return;
  const audio = new AudioContext();
  const volume = new GainNode(audio, { gain: VOLUME });
  volume.connect(audio.destination);
  NOTES.forEach((frequency, index) => {
    const note = new OscillatorNode(audio, { frequency });
    note.connect(volume);
    note.start(audio.currentTime + index * SECONDS);
    note.stop(audio.currentTime + (index + 1) * SECONDS);
    if (index === NOTES.length - 1) note.onended = () => void audio.close();
  });
}
