"""Indicators: a survey of who takes part, and the report of a year (restitution)."""
