import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import { useCommands } from "./commands";
import { Failure } from "./dialog";
import { useAction } from "./use-action";

/** How I want to write; in force once the desk has it. */
export function WritingMenu() {
  const { writing } = useWorkplace();
  const { send_by: sendBy, undo } = writing.settings.value;
  const action = useAction();
  const choose = (change: Parameters<typeof writing.choose>[0]) => void action.run(() => writing.choose(change));
  const other = sendBy === "enter" ? "ctrl_enter" : "enter";
  useCommands([
    { id: "send_by", title: t(`command.send_by.${other}`), run: () => choose({ send_by: other }) },
    { id: "undo_setting", title: t(undo ? "command.undo_off" : "command.undo_on"), run: () => choose({ undo: !undo }) },
  ]);
  return (
    <>
      <label>
        {t("writing.send_by")}
        <select
          value={sendBy}
          onChange={(event) => choose({ send_by: event.currentTarget.value as typeof sendBy })}
          data-testid="send-by"
        >
          {(["enter", "ctrl_enter"] as const).map((each) => (
            <option key={each} value={each} selected={each === sendBy}>
              {t(`writing.send_by.${each}`)}
            </option>
          ))}
        </select>
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={undo}
          onChange={(event) => choose({ undo: event.currentTarget.checked })}
          data-testid="undo-setting"
        />
        {t("writing.undo")}
      </label>
      <Failure text={action.error} />
    </>
  );
}
