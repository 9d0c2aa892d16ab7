"""Queries of the surveys."""
