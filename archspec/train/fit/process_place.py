"""Where a process stands among several, as its variables have it."""

import re
import socket
from collections.abc import Mapping
from typing import NamedTuple

from archspec.train.fit.errors import DistributeError

ADDRESSES, PROCESSES, NUMBER = (
    f"KERAS_DISTRIBUTION_{name}" for name in ("JOB_ADDRESSES", "NUM_PROCESSES", "PROCESS_ID")
)
_SLURM = ("SLURM_JOB_ID", "SLURM_STEP_NODELIST", "SLURM_NTASKS", "SLURM_PROCID", "SLURM_LOCALID")
"""What Slurm sets in a step, and JAX needs to find the others by itself."""


class ProcessPlace(NamedTuple):
    """A process among several; None is what JAX finds out by itself from the launcher."""

    addresses: str | None = None
    processes: int | None = None
    number: int | None = None


def find_place(environ: Mapping[str, str]) -> ProcessPlace | None:
    """This process's place as its variables have it; None if it is alone.

    Raises:
        DistributeError: a variable is missing or wrong.
    """
    given = [name for name in (ADDRESSES, PROCESSES, NUMBER) if environ.get(name)]
    if not given:
        return ProcessPlace() if _launched(environ) else None
    if missing := [n for n in (ADDRESSES, PROCESSES, NUMBER) if n not in given]:
        help = f"a process of several needs {ADDRESSES}, {PROCESSES} and {NUMBER}"
        raise DistributeError(f"{given[0]} is set, but not {' and '.join(missing)}", help)
    processes, number = _number(environ, PROCESSES), _number(environ, NUMBER)
    if processes < 1:
        raise DistributeError(f"{PROCESSES} is {processes}")
    if number >= processes:
        help = f"{processes} processes have the numbers 0 to {processes - 1}"
        raise DistributeError(f"{NUMBER} is {number}, and {PROCESSES} is {processes}", help)
    addresses = [part.strip() for part in environ[ADDRESSES].split(",")]
    for address in addresses:
        if not re.fullmatch(r".+:\d{1,5}", address):
            help = "a host and a port, for example 10.0.0.1:4321"
            raise DistributeError(f"{ADDRESSES} has `{address}`", help)
    if len(addresses) not in (1, processes):
        message = f"{ADDRESSES} has {len(addresses)} addresses for {processes} processes"
        raise DistributeError(message, "that of process 0 is enough")
    return ProcessPlace(addresses[0], processes, number) if processes > 1 else None


def _number(environ: Mapping[str, str], name: str) -> int:
    text = environ[name].strip()
    if not re.fullmatch("[0-9]{1,6}", text):
        raise DistributeError(f"{name} is `{text}`, not a number")
    return int(text)


def _launched(environ: Mapping[str, str]) -> bool:
    """Whether a launcher that JAX knows has started several processes."""
    if all(name in environ for name in _SLURM):
        return environ["SLURM_NTASKS"] != "1"
    return "OMPI_MCA_orte_hnp_uri" in environ and environ.get("OMPI_COMM_WORLD_SIZE", "1") != "1"


def check_port(place: ProcessPlace) -> None:
    """Whether process 0 can have its port: JAX would crash.

    Raises:
        DistributeError: another program has it.
    """
    port = int((place.addresses or ":0").rpartition(":")[2])
    both = socket.has_dualstack_ipv6()
    family = socket.AF_INET6 if both else socket.AF_INET
    try:
        socket.create_server(("", port), family=family, dualstack_ipv6=both).close()
    except (OSError, OverflowError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise DistributeError(f"port {port} cannot be had: {reason}", "take another") from None
