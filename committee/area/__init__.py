"""The members' area, at `/membres/`: what waits for a member, and what only members read."""
