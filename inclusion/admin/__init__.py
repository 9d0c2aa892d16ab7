"""Places, resources and workshops in the admin."""
