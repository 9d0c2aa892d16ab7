"""Votes of the seats whose people have no account, entered by who edits members (`docs/decisions/0024`)."""
