"""Members on the ground: who goes to an outing, who takes part in a campaign, and what they are told."""
