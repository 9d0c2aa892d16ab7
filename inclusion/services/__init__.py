"""What changes places: files that are taken in, confirmations, reports of readers."""
