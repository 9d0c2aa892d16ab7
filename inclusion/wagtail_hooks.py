"""Registrations of this app with Wagtail and with the hooks of other apps."""
