"""Directory of the members, at `/membres/annuaire/`: a member who shows a field sees it of those who show theirs."""
