"""Accounts of members: invitations to create one, joined once its address is proved; rights of an office."""
