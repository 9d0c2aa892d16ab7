"""The directory between members, at `/membres/annuaire/`: who shows a field sees it of those who show theirs."""
