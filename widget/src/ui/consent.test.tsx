import { expect, test } from "vitest";
import { FakeSocket, snapshot } from "../connection/fakes";
import { find, open, press, settle, usePanel, write } from "./opened";

usePanel();

const ASKED = { consent: { version: "2", privacyUrl: "https://shop.example/privacy" } };

/** As when another tab does it: that tab changes what is kept, and this one hears of it. */
function withdrawnElsewhere(): void {
  localStorage.clear();
  for (const key of ["kulanz", "kulanz-consent"]) dispatchEvent(new StorageEvent("storage", { key }));
}

test("F100: an agreement taken back in another tab leaves nothing of this one either", async () => {
  await open("de", ASKED);
  press("consent-agree");
  await settle();
  FakeSocket.last.accept();
  FakeSocket.last.say(snapshot());
  await settle();
  await write("message-input", "Not sent yet");
  expect(sessionStorage.length).toBe(1);
  withdrawnElsewhere();
  await settle();
  expect(find("consent-note")).not.toBeNull();
  expect([localStorage.length, sessionStorage.length]).toEqual([0, 0]);
});
