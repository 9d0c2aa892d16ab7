"""What a page, a report or a letter shows of the indicators."""
