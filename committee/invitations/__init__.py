"""Invitations to create an account: officers enter a member's address; the account with that address gets the seat."""
