"""Knowledge as data, and the one strict loader that reads it."""

from mappings.loader import MappingError, Mappings, default_mappings, read_rows

__all__ = ["MappingError", "Mappings", "default_mappings", "read_rows"]
