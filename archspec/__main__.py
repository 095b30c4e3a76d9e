"""``python -m archspec``: the command line."""

from archspec.commands import main

if __name__ == "__main__":
    main()
