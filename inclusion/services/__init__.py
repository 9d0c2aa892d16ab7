"""Services of places (imports, confirmations, reports of readers) and of workshops."""
