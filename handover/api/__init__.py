"""HTTP: one router per noun. Each route parses, calls one service, and maps the answer."""
