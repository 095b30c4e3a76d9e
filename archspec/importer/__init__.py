"""Networks from elsewhere: read into a flat graph, folded, written as a spec, and proved."""
