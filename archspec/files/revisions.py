"""Files at a revision of a Git repository, as `git cat-file` gives them: nothing is checked out or run."""

import os
import posixpath
import re
import subprocess

_SECONDS = 30
_ALONE = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
"""So that nothing is asked, and nothing fetched by whatever a repository is set to; words are English."""
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")


class RevisionError(Exception):
    """A file cannot be read at a revision."""

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.help = help


class Revision:
    """Where names such as ``HEAD~1:specs/net.yaml`` lead."""

    def __init__(self, name: str, folder: str = "", relative: bool = False) -> None:
        """``name`` is that of the revision; empty for what is staged.

        Args:
            name: as Git knows it.
            folder: a folder of the repository; the current one if empty.
            relative: whether paths are relative to the current folder, not to the repository's.
        """
        self.name = name
        self.folder = folder
        self.relative = relative

    def named(self, path: str) -> str:
        """The name of a file at this revision; files beside it have names of the same kind."""
        return f"{self.name}:{path}" if os.path.dirname(path) else f"{self.name}:./{path}"

    def read(self, name: str, most: int) -> bytes:
        """The bytes of a file, at most one more than ``most``.

        Raises:
            RevisionError: there is no such file or revision, no repository, or no Git.
        """
        path = name.removeprefix(f"{self.name}:")
        if self.relative:
            inside = "./" + os.path.relpath(path, self.folder or ".").replace(os.sep, "/")
        elif (inside := posixpath.normpath(path)).startswith(("/", "../")):
            raise RevisionError("it lies outside of the repository")
        if self.name.startswith("-"):
            raise RevisionError(f"`{self.name}` cannot be a revision")
        return self._blob(f"{self.name}:{inside}", most)

    def _blob(self, name: str, most: int) -> bytes:
        if "\0" in name:
            raise RevisionError("no file has such a name")
        # `cat-file` applies no filters and starts no program, whatever the repository is set to.
        command = ["git", "-C", self.folder or ".", "cat-file", "blob", name]
        env = {**os.environ, **_ALONE}
        try:
            with subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=env,
            ) as git:
                assert git.stdout is not None
                data = git.stdout.read(most + 1)
                if len(data) > most:
                    git.kill()
                    return data
                _, said = git.communicate(timeout=_SECONDS)
        except FileNotFoundError:
            message = "files of revisions are read by Git, and there is no program `git`"
            raise RevisionError(message) from None
        except (OSError, subprocess.TimeoutExpired) as error:
            raise RevisionError(f"Git failed: {error}") from None
        if git.returncode:
            raise _refused(said.decode("utf-8", "replace"), self)
        return data


def _refused(said: str, revision: Revision) -> RevisionError:
    first = next((line for line in said.splitlines() if line.strip()), "")
    message = first.removeprefix("fatal: ").strip() or "nothing"
    help = ""
    if "exists, but not" in said or ("does not exist" in said and not revision.relative):
        help = "paths stand from the top of the repository; `REV:./path` from this folder"
    return RevisionError(f"Git says: {message}", help)


def split_revision(text: str) -> tuple[str, str] | None:
    """Revision and path of ``HEAD~1:specs/net.yaml``; None if it names a file, or is no such thing."""
    if ":" not in text or os.path.lexists(text) or _DRIVE.match(text):
        return None
    name, _, path = text.partition(":")
    return (name, path) if path else None
