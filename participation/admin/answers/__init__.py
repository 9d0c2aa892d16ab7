"""Admin of answers: proposals that wait for one, writing and publishing answers, gaps in the follow-up."""
