"""Screens of the surveys."""
