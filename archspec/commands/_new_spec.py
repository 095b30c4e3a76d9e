"""Whether a spec that is made can be written where it shall be."""

import os
from collections.abc import Iterable

import click

from archspec.files.writing import check_file

_ENDINGS = (".yaml", ".yml")


def check_spec_path(output: str, force: bool, inputs: Iterable[str]) -> None:
    """Find out, before the work, whether a spec could be written.

    Raises:
        UsageError: its ending is none of a spec in YAML.
        WriteError: it exists already, or could not be written.
    """
    if output.strip() and output != "-" and os.path.splitext(output)[1].lower() not in _ENDINGS:
        name = os.path.basename(output)
        if name.lower() in _ENDINGS:
            raise click.UsageError(
                f"`{output}` is an ending without a name: `net{name}`, for example"
            )
        raise click.UsageError(f"`{output}` is no name of a spec: specs end in .yaml or .yml")
    check_file(output, force, inputs)
