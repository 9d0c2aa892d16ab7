"""Digital inclusion: places of help, resources to learn with, workshops."""
