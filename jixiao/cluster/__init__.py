"""Ingest over many machines, and from and to URLs: batches of sources are converted and staged by workers, then merged shard by shard."""
