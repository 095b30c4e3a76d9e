"""``python -m archspec``, and the scripts: the command line."""


def main() -> None:
    """Run a command and end the process with its exit status."""
    import gc
    import sys

    # What is imported stays: to look through it for garbage took a tenth of a cold check.
    gc.set_threshold(50_000)
    from archspec.commands import main

    try:
        main()
    finally:
        if "keras" not in sys.modules:
            gc.freeze()  # else Python looks through it at the end, and all of it is given back


if __name__ == "__main__":
    main()
