"""What changes sources and items of the reading list, and reads the files of others."""
