"""What the site is built from: known faults of it, its licences, its list, secrets beside it, newer releases.

`make audit` runs the checks (docs/security.md); `make outdated` prints what has a newer release.
"""
