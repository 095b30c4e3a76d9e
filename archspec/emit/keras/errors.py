"""The error of a spec that cannot become a model."""

from archspec.diagnostics import Diagnostic, Sink


class SpecError(ValueError):
    """A spec has errors; the text is what `archspec check` prints."""

    def __init__(self, sink: Sink, path: str = "") -> None:
        from archspec.report import report

        self.diagnostics: list[Diagnostic] = sink.diagnostics
        text = report(self.diagnostics, "text", False)
        super().__init__("\n" + text if text else f"{path} has blocks only: no network to build")
