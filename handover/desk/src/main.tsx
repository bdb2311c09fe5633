import { render } from "preact";
import { App } from "./app";
import { followLinks } from "./state/route";
import { resume } from "./state/session";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/lists.css";
import "./styles/conversation.css";
import "./styles/dossier.css";
import "./styles/pages.css";

followLinks();
void resume();
render(<App />, document.getElementById("app")!);
