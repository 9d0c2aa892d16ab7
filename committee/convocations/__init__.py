"""Calling the members to a session: the secretariat sends it, each member who has an account gets a mail, once."""
