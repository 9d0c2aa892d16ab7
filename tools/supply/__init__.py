"""Checks of dependencies: vulnerabilities, licences, bill of materials, leaked secrets, newer releases.

`make audit` runs the checks (docs/security.md); `make outdated` lists newer releases.
"""
