"""Who may ask: whoever has the token, which is given for a code that works once."""

import secrets
import threading
import time

SECONDS = 60.0
"""For how long a code works."""


class Keys:
    """The token of a server, and the code that is exchanged for it.

    The code stands on the command line of the browser, which others on this machine can see.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self.token = secrets.token_urlsafe(32)
        self.code = secrets.token_urlsafe(32)
        self._end = time.monotonic() + seconds
        self._lock = threading.Lock()

    def fits(self, token: str) -> bool:
        """Whether it is the token; takes as long for any other of its length."""
        return secrets.compare_digest(token.encode("utf-8", "replace"), self.token.encode())

    def exchange(self, code: str) -> str | None:
        """The token for the code; None if it is another one, was used, or is too old."""
        with self._lock:
            known, in_time = self.code, time.monotonic() < self._end
            given = code.encode("utf-8", "replace")
            if not known or not in_time or not secrets.compare_digest(given, known.encode()):
                return None
            self.code = ""
            return self.token
