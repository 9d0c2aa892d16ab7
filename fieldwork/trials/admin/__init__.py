"""Admin of the test campaigns: findings and what is decided about them, the city's answers, entry of sheets."""
