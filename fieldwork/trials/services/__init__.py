"""What changes trials and findings."""
