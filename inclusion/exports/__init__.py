"""Exports: open data, calendars."""
