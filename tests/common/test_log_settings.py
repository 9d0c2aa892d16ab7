"""Logs leave the standard output to the commands, whose `--json` writes one object there."""

from config.settings.logs import LOGGING


def test_no_log_goes_to_the_standard_output():
    assert {name for name, handler in LOGGING["handlers"].items() if "stdout" in str(handler)} == set()
