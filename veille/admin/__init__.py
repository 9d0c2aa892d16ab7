"""Admin of the watch: themes, sources, reading list."""
