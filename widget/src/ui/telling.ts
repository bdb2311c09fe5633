import type { Connection } from "../connection/connection";
import type { PanelHost } from "../embed/panel";
import { unread as unreadOf } from "../messages/unread";

/** Tells the website what is so now on `connection`, and then each change. Returns how to stop. */
export function tellHost(host: PanelHost, connection: Connection): () => void {
  let unread = 0;
  let { connection: state, identity } = connection.model;
  const stop = connection.subscribe(() => {
    const { model } = connection;
    const count = unreadOf(model).length;
    if (count !== unread) host.emit("unread", { count: (unread = count) });
    if (model.connection !== state) host.emit("connection", { state: (state = model.connection) });
    if (model.identity !== identity) host.emit("identity", { state: (identity = model.identity) });
  });
  return () => {
    stop();
    if (unread) host.emit("unread", { count: 0 });
  };
}
