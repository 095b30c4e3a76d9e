"""What two networks differ in.

`side.py` has a network as a tree of scopes with numbers for what is equal; `align.py` aligns two rows;
`pairing.py` says which scope and which layer of one network is which of the other; `changes.py` what
then differs, and `lines.py` which of it is told together; `text.py`, `data.py` and `markdown.py` tell it.
"""
