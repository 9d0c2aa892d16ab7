"""Invitations to create an account: officers write the address of a member, the account that proves it is joined."""
