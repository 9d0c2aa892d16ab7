"""Settings of the inventory: the test settings with the demonstration. Used by `tools.inventory` alone."""

from config.settings.test import *  # noqa: F403

DEMONSTRATION = True
