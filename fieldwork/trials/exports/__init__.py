"""Exports of the trials: open data and personal data."""
