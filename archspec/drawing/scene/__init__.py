"""The picture of textbooks: feature maps as boxes in perspective, as SVG and PNG.

Knows shaped graphs; needs no Graphviz.
"""
