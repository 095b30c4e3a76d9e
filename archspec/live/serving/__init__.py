"""The server of ``archspec serve``: questions of a page over HTTP, from this machine's user only.

It listens on the loopback only, and takes every request for an attack until its head has shown that it is
none: nothing of a body is read before. docs/serve.md says what it is safe against.
"""
