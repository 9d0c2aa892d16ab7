"""Admin of answers: waiting proposals, writing and publishing answers, gaps in the follow-up."""
