"""The pictures of a run."""

from archspec.train.fit import Trained
from archspec.train.run import Run


def draw_run(trained: Trained, run: Run) -> None:
    """Draw curves and what the recipe asks for."""
