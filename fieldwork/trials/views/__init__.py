"""Public pages of test campaigns. Reading them sets no cookie."""
