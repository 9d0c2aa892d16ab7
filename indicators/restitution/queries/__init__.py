"""Reads of the report of a year: what is measured, what was measured, and the names of what came of it."""
