"""The Shakespeare text, its download, and a stand-in: no framework has a part in it."""

from alternatives.plain.corpora import shakespeare, stand_in, training_split

__all__ = ["shakespeare", "stand_in", "training_split"]
