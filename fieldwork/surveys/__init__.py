"""Field surveys: outings, numbered sheets, results."""
