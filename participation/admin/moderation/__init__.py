"""Moderation in the admin: lists of texts and appeals, reading view, publishing and refusing.

Texts of residents cannot be edited: there is no form for it, whatever the permissions. See docs/participation.md.
"""
