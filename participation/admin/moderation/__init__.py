"""Moderation in the admin: lists of texts and appeals, a reading view, and the actions that publish or refuse.

Nobody rewrites what a resident wrote: there is no form for it, whatever the rights. See docs/participation.md.
"""
