"""Audit of the whole demonstration from outside, with the tools of others: `make audit` (docs/quality.md).

    python -m tools.audit

Every check is first shown something wrong (`control.py`) and has to say so, before it is believed.
"""
