"""A bound on the work of folding: what takes too long stays as it is, and the network is the same."""


class TooMuchError(Exception):
    """The search has taken as many steps as it may."""


class Effort:
    """Steps that a search may take; the same network takes the same steps on every machine."""

    def __init__(self, most: int | None = None) -> None:
        """``most`` steps; as many as it wants if that is None."""
        self.left = most if most is not None else 1 << 62

    def spend(self, steps: int) -> None:
        """Note steps.

        Raises:
            TooMuchError: there are none left.
        """
        self.left -= steps
        if self.left < 0:
            raise TooMuchError
