"""Feature maps as boxes in perspective: which maps, how they stand, how they are drawn."""

__all__: list[str] = []
