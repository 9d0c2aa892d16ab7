"""Wiring only: settings, URLs, Celery and WSGI. Imports nothing, so that beat runs without Django."""
