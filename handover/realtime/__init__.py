"""Open sockets and what runs beside them: the hub, the two kinds of socket, the turns of the bot."""
