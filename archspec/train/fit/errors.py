"""Why a training cannot begin, or go on."""


class DistributeError(Exception):
    """Training cannot be distributed like this; AS608."""

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.help = help


class DivergedError(Exception):
    """The loss is nan or infinite; AS611."""

    def __init__(self, figure: str, value: float, epoch: int, kept: bool) -> None:
        super().__init__(f"{figure} is {value}")
        self.message = f"the training has diverged: `{figure}` is {value} after epoch {epoch}"
        self.help = [
            "a smaller `learning_rate`; `clipnorm: 1.0` in the optimizer; values scaled by `prepare`"
        ]
        if kept:
            self.help.append(f"the checkpoint of epoch {epoch - 1} is kept; no model was written")
