"""Commands of the site: each one explains itself."""

import sys
from pathlib import Path

from django.conf import settings
from django.core.management import get_commands, load_command_class


def test_every_command_shows_its_help():
    """argparse formats the texts of a command only when they are shown."""
    shown = {}
    for name, app in get_commands().items():
        command = load_command_class(app, name)
        path = Path(sys.modules[type(command).__module__].__file__)
        if path.is_relative_to(settings.BASE_DIR) and "site-packages" not in path.parts:
            shown[name] = command.create_parser("manage.py", name).format_help()
    assert len(shown) > 20
    assert [name for name, text in shown.items() if f"usage: manage.py {name}" not in text] == []
