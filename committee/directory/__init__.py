"""Directory of members, at `/membres/annuaire/`: members who share a field see it of others who share theirs."""
