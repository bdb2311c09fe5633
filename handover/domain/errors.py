"""What can go wrong, in the words of the domain.

KulanzError                 code, status and a sentence for people; `api/errors.py` and the sockets map it
├── NotFound                unknown, or not yours: the answer is the same
│   └── UnknownFile         no such file, or sent already
├── NotAllowed              known, but this role may not
│   ├── TokenRefused        an identity token nobody vouches for, or of nobody the shop knows
│   └── IdentityRequired    here only customers who are logged in at the shop may chat
├── ReasonNeeded            this customer's record opens with a case, or with a reason that is logged
├── NotLoggedIn             no valid session, ticket or token
│   └── CompanyRefused      the company's log-in named nobody who may come in
├── InvalidInput            a value that cannot be
│   ├── InvalidPhone        no number that can be called
│   ├── InvalidEmail        no mail address
│   ├── WeakPassword        too short, or the account's own address; `because` in `data` says which
│   ├── WrongPassword       not the password of whoever is logged in
│   ├── AddressTaken        another account has this mail address
│   ├── InvalidRules        rules of the desk that cannot be; `data` says what is wrong at which place
│   ├── MentionUnseen       somebody whom a note names does not see the case
│   ├── UnknownVariable     nothing fills in `variable` of a canned answer
│   ├── WrongCode           no code of the second log-in step, or one that was used
│   └── FileRefused         a file that cannot be taken
│       ├── FileTooLarge    more bytes than `limit_bytes` in `data`
│       ├── FileEmpty       no bytes at all
│       ├── FileTypeRefused name and content are not of one kind that may be sent
│       └── PictureTooLarge more pixels than a page could show
├── Conflict                the world moved on
│   ├── OtherCustomer       this conversation is somebody else's already
│   ├── IllegalTransition   the state table has no such step
│   ├── StaleVersion        changed by somebody else since it was read
│   ├── StaleOwnership      composed under an older ownership version
│   ├── WhisperMissed       the case is no longer with the agent whom a whisper is for
│   ├── AlreadyClaimed      another agent was first
│   ├── LoadFull            the agent has as much as they should
│   ├── OfferEnded          the case was offered to somebody else, or taken, in the meantime
│   ├── NotWaiting          nobody waits for a person here
│   ├── NotThere            an agent who cannot be given a case: they see none of it, or no page of theirs is open
│   ├── NotTheSame          conversations that are not of one proven customer
│   ├── SecondStepRequired  this role may not log in without one
│   ├── LastAdmin           nobody else could keep the installation
│   ├── NothingToRate       nobody of the kind that is judged took part
│   ├── NothingToJudge      no agent had this conversation when it ended
│   ├── NoAddress           this account holds no mail address
│   ├── FilesFull           this conversation holds as many bytes of files as it may
│   └── ClientIdReused      same client id, other content
├── TooMany                 a rate or count limit was reached
└── Unavailable             the database cannot be used right now; nothing was changed; `retry_seconds` in `data` says for how long
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


class UnknownFile(NotFound):
    code = "unknown_file"


class NotAllowed(KulanzError):
    code, status = "not_allowed", 403


class TokenRefused(NotAllowed):
    code = "token_refused"


class IdentityRequired(NotAllowed):
    code = "identity_required"


class ReasonNeeded(KulanzError):
    """No refusal of the role: whoever says why may go on."""

    code, status = "reason_needed", 403


class NotLoggedIn(KulanzError):
    code, status = "not_logged_in", 401


class CompanyRefused(NotLoggedIn):
    """Carries `because` in `data`: refused, late, unknown, role or unavailable."""

    code = "company_refused"


class InvalidInput(KulanzError):
    code, status = "invalid_input", 422


class InvalidPhone(InvalidInput):
    code = "invalid_phone"


class InvalidEmail(InvalidInput):
    code = "invalid_email"


class WeakPassword(InvalidInput):
    code = "weak_password"


class WrongPassword(InvalidInput):
    code = "wrong_password"


class AddressTaken(InvalidInput):
    code = "address_taken"


class InvalidRules(InvalidInput):
    """Carries each place that is wrong, with a code, in `data`."""

    code = "invalid_rules"


class MentionUnseen(InvalidInput):
    code = "mention_unseen"


class UnknownVariable(InvalidInput):
    """Carries the name of it as `variable` in `data`."""

    code = "unknown_variable"


class WrongCode(InvalidInput):
    code = "wrong_code"


class FileRefused(InvalidInput):
    code = "file_refused"


class FileTooLarge(FileRefused):
    code, status = "file_too_large", 413


class FileEmpty(FileRefused):
    code = "file_empty"


class FileTypeRefused(FileRefused):
    code = "file_type"


class PictureTooLarge(FileRefused):
    code = "picture_too_large"


class Conflict(KulanzError):
    code, status = "conflict", 409


class OtherCustomer(Conflict):
    code = "other_customer"


class IllegalTransition(Conflict):
    code = "illegal_transition"


class StaleVersion(Conflict):
    code = "stale_version"


class StaleOwnership(Conflict):
    code = "stale_ownership"


class WhisperMissed(Conflict):
    code = "whisper_missed"


class AlreadyClaimed(Conflict):
    """Carries `agent_name` of the winner in `data`."""

    code = "already_claimed"


class LoadFull(Conflict):
    """Carries `load` and `load_limit` in `data`; the agent may insist."""

    code = "load_limit"


class OfferEnded(Conflict):
    """Carries `agent_name` in `data`: of whoever has the case now, or nothing."""

    code = "offer_ended"


class SecondStepRequired(Conflict):
    code = "second_step_required"


class NotWaiting(Conflict):
    code = "not_waiting"


class NotThere(Conflict):
    """Carries `agent_name` in `data`."""

    code = "not_there"


class NotTheSame(Conflict):
    code = "not_the_same"


class LastAdmin(Conflict):
    code = "last_admin"


class NothingToRate(Conflict):
    code = "nothing_to_rate"


class NothingToJudge(Conflict):
    code = "nothing_to_judge"


class NoAddress(Conflict):
    code = "no_address"


class FilesFull(Conflict):
    code = "files_full"


class ClientIdReused(Conflict):
    code, status = "client_id_reused", 422


class TooMany(KulanzError):
    code, status = "too_many", 429


class Unavailable(KulanzError):
    """Locked, full, cut off: it may pass, and what was asked for may be asked again."""

    code, status = "unavailable", 503
