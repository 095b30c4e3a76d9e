"""Exit statuses; 0 is for what is sound. docs/reliability.md has the table."""

WRONG = 1
"""Something given is wrong, or a comparison differs."""
UNUSABLE = 2
"""Usage, a file that cannot be read or written, a target that failed."""
BUG = 70
"""Of archspec itself."""
INTERRUPTED = 130
CLOSED_PIPE = 141
