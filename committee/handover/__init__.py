"""Handover of an office: a page for the successor, and the rights of the admin that follow the office."""
