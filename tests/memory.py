"""Memory of a process that runs thousands of tests: how much it has, and giving back what it can.

What stays is a pool: TensorFlow's allocator for oneDNN keeps as much as one test has ever used.
"""

import ctypes
import gc
import sys


def resident() -> float:
    """Megabytes that this process occupies; 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * 4096 / 2**20
    except OSError:
        return 0.0


def give_back() -> None:
    """Drop garbage and TensorFlow's compiled operations, and let the system have what is free.

    TensorFlow keeps a kernel for each operation with other attributes: those of the random layers
    are 400 MB. ``keras.backend.clear_session`` drops them too, but lets Keras begin anew with its
    names, which a test may be in the midst of.
    """
    gc.collect()
    if "tensorflow" in sys.modules:
        from tensorflow.python.eager import context

        context.context().clear_kernel_cache()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc has it
    if trim is not None:
        trim(0)
