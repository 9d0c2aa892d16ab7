"""Audit of the running demonstration with third-party tools: `make audit` (docs/quality.md).

    python -m tools.audit

Each check first runs on a faulty control (`control.py`); its result counts only if it reports the faults there.
"""
