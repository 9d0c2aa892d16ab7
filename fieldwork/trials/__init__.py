"""Test campaigns: scenarios to try, findings, answers of the city, new trials."""
