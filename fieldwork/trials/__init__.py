"""Test campaigns: scenarios that people try, what they found, what the city answers, new trials."""
