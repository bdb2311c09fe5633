import { render } from "preact";
import { App } from "./app";
import { followLinks } from "./state/route";
import { resume } from "./state/session";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/lists.css";
import "./styles/routing.css";
import "./styles/conversation.css";
import "./styles/writing.css";
import "./styles/dossier.css";
import "./styles/pages.css";
import "./styles/account.css";
import "./styles/search.css";
import "./styles/handing-on.css";

followLinks();
void resume();
render(<App />, document.getElementById("app")!);
