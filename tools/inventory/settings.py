"""Settings of the inventory: those of the tests, with the demonstration. Used by `tools.inventory` alone."""

from config.settings.test import *  # noqa: F403

DEMONSTRATION = True
