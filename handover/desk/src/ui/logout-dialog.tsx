import { logOut } from "../state/session";
import { counted, t } from "../texts";
import { FormDialog } from "./dialog";
import { useAction } from "./use-action";

/** Whoever leaves with open conversations gives them back: that is asked, never assumed. */
export function LogOutDialog({ open, onClose }: { open: number; onClose: () => void }) {
  const action = useAction();
  return (
    <FormDialog
      title={t("logout.title")}
      name="logout"
      submit={t("logout")}
      busy={action.busy}
      error={action.error}
      onSubmit={() => void action.run(logOut)}
      onClose={onClose}
    >
      <p>{counted("logout.open", open)}</p>
    </FormDialog>
  );
}
