import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import { useCommands } from "./commands";

/** Whether this browser tells what happens while the desk is out of sight; and why it cannot. */
export function NotificationMenu() {
  const { notifications } = useWorkplace();
  const { names } = notifications.wanted.value;
  const permission = notifications.permission.value;
  const isOn = notifications.isOn.value;
  const turn = (on: boolean) => void notifications.turn(on);
  useCommands([
    {
      id: "notifications",
      title: t(isOn ? "command.notify_off" : "command.notify_on"),
      when: permission !== "none" && permission !== "denied",
      run: () => turn(!isOn),
    },
  ]);
  return (
    <fieldset class="menu-group">
      <legend class="sr-only">{t("notify.title")}</legend>
      <label class="check">
        <input
          type="checkbox"
          checked={isOn}
          disabled={permission === "none"}
          onChange={(event) => turn(event.currentTarget.checked)}
          data-testid="notifications"
        />
        {t("notify.title")}
      </label>
      {isOn && (
        <label class="check">
          <input
            type="checkbox"
            checked={names}
            onChange={(event) => notifications.keep({ names: event.currentTarget.checked })}
            data-testid="notification-names"
          />
          {t("notify.names")}
        </label>
      )}
      <p class="quiet" role="status" data-testid="notification-state">
        {permission === "none" && t("notify.impossible")}
        {permission === "denied" && t("notify.denied")}
        {isOn && t("notify.about")}
      </p>
    </fieldset>
  );
}
