"""Indicators: survey of who takes part, annual report (restitution), indicators of the committee."""
