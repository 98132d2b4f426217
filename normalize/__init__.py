"""From printed declarations to comparable records."""
