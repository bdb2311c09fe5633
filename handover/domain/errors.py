"""What can go wrong, in the words of the domain.

KulanzError                 code, status and a sentence for people; `api/errors.py` and the sockets map it
├── NotFound                unknown, or not yours: the answer is the same
├── NotAllowed              known, but this role may not
├── NotLoggedIn             no valid session, ticket or token
├── InvalidInput            a value that cannot be
├── Conflict                the world moved on
│   ├── IllegalTransition   the state table has no such step
│   ├── StaleOwnership      composed under an older ownership version
│   ├── AlreadyClaimed      another agent was first
│   └── ClientIdReused      same client id, other content
└── TooMany                 a rate or count limit was reached
"""

from __future__ import annotations


class KulanzError(Exception):
    """Base of all expected errors. `text` may be shown to people; it never holds foreign input."""

    code = "error"
    status = 500

    def __init__(self, text: str = "", **data: str | int) -> None:
        super().__init__(text or self.code)
        self.text = text or self.code.replace("_", " ")
        self.data = data


class NotFound(KulanzError):
    code, status = "not_found", 404


class NotAllowed(KulanzError):
    code, status = "not_allowed", 403


class NotLoggedIn(KulanzError):
    code, status = "not_logged_in", 401


class InvalidInput(KulanzError):
    code, status = "invalid_input", 422


class Conflict(KulanzError):
    code, status = "conflict", 409


class IllegalTransition(Conflict):
    code = "illegal_transition"


class StaleOwnership(Conflict):
    code = "stale_ownership"


class AlreadyClaimed(Conflict):
    """Carries `agent_name` of the winner in `data`."""

    code = "already_claimed"


class ClientIdReused(Conflict):
    code, status = "client_id_reused", 422


class TooMany(KulanzError):
    code, status = "too_many", 429
