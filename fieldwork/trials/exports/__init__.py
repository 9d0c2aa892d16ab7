"""Exports of the trials: open data."""
