"""What changes trials and findings: reporting, moving by the table, asking the city, trying again."""
