"""Restitution: the report of a year, in which each figure is shown with its query."""
