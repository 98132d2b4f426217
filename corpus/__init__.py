"""Rebuilt declarations with the records that must come out of them; ``python -m corpus.build`` makes the files."""
