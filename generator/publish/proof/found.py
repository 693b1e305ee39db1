"""What a proof may find: the codes, and the fault that ends a look before it begins."""

from __future__ import annotations

from generator.diagnostics import Diagnostic

NO_MANIFEST, NO_SIGNATURE, BAD_SIGNATURE, NOT_A_MANIFEST, WRONG_AUDIENCE = (
    f"D{number}" for number in range(40, 45)
)
OLDER, TWO_OF_ONE, EXPIRED, FUTURE, SOON = (f"D{number}" for number in range(45, 50))
CHANGED, GONE, ADDED, UNLISTED, NOT_A_FILE = (f"D{number}" for number in range(50, 55))
SENT_AWAY, REFUSED, STATUS, UNREADABLE, STOPPED = (f"D{number}" for number in range(55, 60))
ANYTHING, BAD_STATE, BAD_CA, BAD_INPUT = (f"D{number}" for number in range(60, 64))
OPEN, OPEN_TO_GROUP, TELLS, TELLS_GROUP, UNSTEADY, NO_SESSION = (
    f"D{number}" for number in range(64, 70)
)


class Unavailable(Exception):
    """There is no manifest or signature to be had."""

    def __init__(self, found: Diagnostic) -> None:
        super().__init__(found.code)
        self.found = found
