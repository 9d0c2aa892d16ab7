"""Convocations of members to a session: one mail for each member with an account."""
