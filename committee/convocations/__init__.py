"""Convocations: the secretariat calls the members to a session; each member with an account gets one mail."""
