// A peer: Socket.IO on Node, with its connection state recovery. Each message is in a file (fsync), then told.
// `node peers_socketio.mjs PORT FOLDER`, beside a `node_modules` with socket.io.
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";

const [port, folder] = [Number(process.argv[2]), process.argv[3]];
const { Server } = createRequire(join(folder, "package.json"))("socket.io");
const file = openSync(join(folder, "peer.log"), "w");
const http = createServer();
const io = new Server(http, { connectionStateRecovery: { maxDisconnectionDuration: 120_000 }, perMessageDeflate: false });

io.on("connection", (socket) => {
  socket.on("join", (room) => {
    socket.join(room);
    socket.emit("joined", room);
  });
  socket.on("say", (room, clientId, text) => {
    writeSync(file, `${JSON.stringify([room, clientId, text])}\n`);
    fsyncSync(file);
    io.to([room, "agents"]).emit("said", clientId);
    socket.emit("ack", clientId);
  });
});
http.listen(port, "127.0.0.1");
process.on("SIGTERM", () => {
  closeSync(file);
  process.exit(0);
});
