"""Services that change places: imports, confirmations, reports of readers."""
