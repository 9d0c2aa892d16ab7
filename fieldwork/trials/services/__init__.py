"""Services of trials and findings: reports, changes of state, requests to the city, new trials."""
