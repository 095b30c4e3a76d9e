"""What two networks differ in.

A network as a tree of scopes, with numbers for what is equal (`side.py`); which scope and which layer of one
is which of the other (`pairing.py`, which asks `matching.py` and then `elsewhere.py`, and these `likeness.py`
and `align.py`); what then differs (`changes.py`), and which of it is told together (`lines.py`); how it is told
(`words.py`): as `text.py`, `markdown.py`, `data.py` and `picture.py`.
"""
