"""Handover of an office: a page for the successor, and the admin rights that come with the office."""
