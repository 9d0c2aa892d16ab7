"""Digital inclusion: places of help, learning resources, workshops."""
