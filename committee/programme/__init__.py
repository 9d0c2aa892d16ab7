"""Work programme of a year: its ballot, its adoption, its page, its late deliverables."""
