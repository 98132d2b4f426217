"""Lays the facts of a case out as DOCX, XLSX, PDF and text, the same bytes on every run."""
