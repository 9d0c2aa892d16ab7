"""Admin of the places of help, resources and workshops."""
