"""From a Document to declarations as printed: which forms stand where, and what each of their cells says."""

from extract.form.recognize import FormResult, find_declarations

__all__ = ["FormResult", "find_declarations"]
