"""Members who go to outings or take part in campaigns, and the mails to them."""
