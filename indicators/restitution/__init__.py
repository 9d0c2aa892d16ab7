"""Annual report (restitution), which shows each figure with its query."""
