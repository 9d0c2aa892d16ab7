"""Admin of the test campaigns: findings and decisions about them, answers of the city, entry of sheets."""
