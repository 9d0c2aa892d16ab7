"""Exports: open data, calendars, personal data."""
