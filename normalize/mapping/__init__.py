"""How a printed name comes to its concept: normal form, tables, compound names, near names, and what blocks a match."""
