"""From a Document to declarations as printed: which forms stand where, and what each of their cells says."""

from extract.form.conservation import Conservation, conservation
from extract.form.recognize import FormResult, find_declarations

__all__ = ["Conservation", "FormResult", "conservation", "find_declarations"]
