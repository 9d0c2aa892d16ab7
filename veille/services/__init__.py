"""Services that change sources and items of the reading list, and parse feeds and OPML files."""
