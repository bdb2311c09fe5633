import { createElement } from "preact";
import { useState } from "preact/hooks";
import { chooseSound, soundChosen } from "../connection/sound-choice";
import { useShared } from "./context";
import { form } from "./lazy";
import { chime } from "./sound";

const Transcript = form((forms) => forms.Transcript);

/** One line of the header's menu. */
export interface MenuEntry {
  /** Also its test id, `menu-<id>`. */
  id: string;
  label: string;
  /** An entry that is on or off, and stays in sight when it is pressed. */
  checked?: boolean;
  disabled?: boolean;
  /** A page that opens in a tab of its own. */
  href?: string;
  press?(): void;
}

/** One hook per entry, in the order they are shown; `null` is not shown. */
const ENTRIES: readonly (() => MenuEntry | null)[] = [useSound, useTranscript, usePrivacy, useWithdrawal, useEnd];

export function useMenuEntries(): MenuEntry[] {
  return ENTRIES.map((useEntry) => useEntry()).filter((entry) => entry !== null);
}

/** Whoever switches it on hears what they will hear; a browser allows no sound before the page was touched. */
function useSound(): MenuEntry {
  const { host, say } = useShared();
  const [isOn, setIsOn] = useState(soundChosen() ?? host.sound);
  const press = (): void => {
    chooseSound(!isOn);
    setIsOn(!isOn);
    if (!isOn) chime();
  };
  return { id: "sound", label: say("sound"), checked: isOn, press };
}

function useTranscript(): MenuEntry {
  const { model, say, sheets } = useShared();
  const title = say("transcript");
  return {
    id: "transcript",
    label: title,
    disabled: model.view === null,
    press: () => sheets.show({ title, body: createElement(Transcript, {}) }),
  };
}

function usePrivacy(): MenuEntry | null {
  const { host, say, shop } = useShared();
  const href = host.consent?.privacyUrl ?? shop?.privacy_url;
  return href ? { id: "privacy", label: say("privacy"), href } : null;
}

function useWithdrawal(): MenuEntry | null {
  const { confirm, say, withdraw } = useShared();
  if (!withdraw) return null;
  return {
    id: "withdraw",
    label: say("consentWithdraw"),
    press: () => confirm({ name: "withdraw", ask: "consentWithdrawSure", yes: "consentWithdrawYes", onYes: withdraw }),
  };
}

function useEnd(): MenuEntry {
  const { confirm, connection, model, say } = useShared();
  return {
    id: "end",
    label: say("end"),
    disabled: model.view === null || model.view.state === "closed",
    press: () => confirm({ name: "end", ask: "endSure", yes: "endYes", onYes: () => connection.send({ type: "end" }) }),
  };
}
