"""Settings of projects: those of the nearest ``pyproject.toml`` above a spec that has some."""

import os
from typing import Any

from archspec.diagnostics.selection import Selection, Settings
from archspec.diagnostics.sink import Sink
from archspec.files.project import ProjectError, projects_above, read_project


class ProjectSettings:
    """Settings by the folder of a spec; each file is read once."""

    def __init__(self) -> None:
        self._by_folder: dict[str, Settings] = {}
        self._by_path: dict[str, Settings | None] = {}
        self._faults: dict[str, list[Any]] = {}

    def of(self, path: str, sink: Sink) -> Settings:
        """The settings for a spec; reports what is wrong in them each time that they are asked for."""
        folder = os.path.dirname(path) if path != "-" else ""
        found = self._by_folder.get(folder)
        if found is None:
            found = self._by_folder[folder] = self._nearest(folder)
        if found.path:
            for fault in self._faults[found.path]:
                sink.report("AS007", fault.place, fault.message, help=fault.help)
        return found

    def _nearest(self, folder: str) -> Settings:
        """Those of the nearest file that has some, as other tools do it."""
        for path in projects_above(folder):
            if path not in self._by_path:
                self._by_path[path] = self._read(path)
            known = self._by_path[path]
            if known is not None:
                return known
        return Settings(Selection())

    def _read(self, path: str) -> Settings | None:
        """What a file says; None if it has nothing for us, as nearly all."""
        found: tuple[str, Any] | ProjectError | None
        try:
            found = read_project(path)
        except ProjectError as error:
            found = error
        if found is None:
            return None
        from archspec.diagnostics.read_settings import read_settings

        faults = self._faults[path] = []
        return read_settings(path, found, faults)
