"""A peer: the chat that anybody would begin with. python-socketio on uvicorn; each message is committed, then told.

Runs in an environment of its own: `python peers_socketio.py PORT FOLDER`.
"""

import asyncio
import sqlite3
import sys

import socketio
import uvicorn

port, folder = int(sys.argv[1]), sys.argv[2]
database = sqlite3.connect(f"{folder}/peer.db", check_same_thread=False, isolation_level=None)
for pragma in ("journal_mode=WAL", "synchronous=FULL"):
    database.execute(f"PRAGMA {pragma}")
database.execute("CREATE TABLE messages (number INTEGER PRIMARY KEY, room TEXT, client_id TEXT, text TEXT)")
server = socketio.AsyncServer(async_mode="asgi", cors_allowed_origins="*")
one_writer = asyncio.Lock()


def store(room: str, client_id: str, text: str) -> None:
    database.execute("INSERT INTO messages (room, client_id, text) VALUES (?, ?, ?)", (room, client_id, text))


@server.event
async def join(sid: str, room: str) -> None:
    await server.enter_room(sid, room)
    await server.emit("joined", room, to=sid)


@server.event
async def say(sid: str, room: str, client_id: str, text: str) -> None:
    async with one_writer:
        await asyncio.to_thread(store, room, client_id, text)
    await server.emit("said", client_id, room=[room, "agents"])
    await server.emit("ack", client_id, to=sid)


uvicorn.run(
    socketio.ASGIApp(server),
    host="127.0.0.1",
    port=port,
    log_level="warning",
    ws="websockets-sansio",
    ws_per_message_deflate=False,
)
