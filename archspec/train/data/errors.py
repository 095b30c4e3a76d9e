"""What is wrong with data."""


class DataError(Exception):
    """Data that cannot be used; ``code`` is the entry of the table of codes.

    Words that stand in the data (names of columns, arrays and classes, cells, labels) are told only
    if they may be: files elsewhere may be somebody else's.
    """

    def __init__(
        self,
        message: str,
        help: str = "",
        code: str = "AS606",
        key: str = "",
        without: str = "",
        paths: tuple[str, ...] = (),
        meant: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.help = help
        self.code = code
        self.key = key
        """The argument of the data that is wrong, if one is."""
        self.without = without
        """The message without words of the data, if it has any, or if the help has: it is left out too."""
        self.meant = meant
        """The value of that argument that was probably meant, a word of the data."""
        self.paths = paths
        """Files beside the data's own that the words come from."""

    def within(self, path: str) -> "DataError":
        """The same error, which names the file."""
        if path not in self.message:
            self.message = f"`{path}`: {self.message}"
            self.without = self.without and f"`{path}`: {self.without}"
            self.args = (self.message,)
        return self


class Elsewhere(DataError):
    """Data that may not be looked at: they lie outside of the folder to which a page is bound."""

    def __init__(self, path: str) -> None:
        super().__init__(f"`{path}` is not looked at")
        self.path = path
