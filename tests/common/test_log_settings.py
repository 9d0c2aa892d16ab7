"""Logs do not use standard output, to which commands with `--json` write one object."""

from config.settings.logs import LOGGING


def test_no_log_goes_to_the_standard_output():
    assert {name for name, handler in LOGGING["handlers"].items() if "stdout" in str(handler)} == set()
