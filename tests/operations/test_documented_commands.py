"""Commands in docs/operations.md on backups work as written: services, commands, options and units exist."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands, load_command_class

pytestmark = pytest.mark.one_database
ROOT = Path(__file__).resolve().parents[2]
PAGES = {name: (ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("operations.md", "releases.md")}
COMPOSE = "docker compose --file docker/compose.yaml "
UNIT = re.compile(r"```ini\n# /etc/systemd/system/(\S+)\n(.*?)```", re.DOTALL)


def documented_arguments(start):
    """Yields the words after `start` in each page, up to the end of the line or of the code span."""
    for text in PAGES.values():
        yield from (
            command_line.strip().split() for command_line in re.findall(re.escape(start) + r"([^`\n#&]*)", text)
        )


def parser_of(name):
    app = get_commands()[name]
    return load_command_class(app, name).create_parser("manage.py", name)


def accepts_arguments(name, arguments):
    """Returns whether the command `name` accepts `arguments`; otherwise its parser exits."""
    try:
        parser_of(name).parse_args(arguments)
    except SystemExit:
        return False
    return True


@pytest.mark.parametrize("name", ["backup", "drill", "restore", "list_erasures", "apply_erasures", "mark_media"])
def test_documented_commands_exist_and_accept_documented_options(name):
    lines = [line[1:] for line in documented_arguments("manage.py ") if line[:1] == [name]]
    assert lines
    assert [line for line in lines if line and not accepts_arguments(name, line)] == []


def test_documented_docker_commands_are_valid():
    services = yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text())["services"]
    entrypoint = (ROOT / "docker" / "entrypoint.sh").read_text()
    commands = list(documented_arguments(COMPOSE))
    assert len(commands) > 8
    for verb, *arguments in commands:
        assert verb in ("up", "stop", "run"), arguments
        if verb == "up":
            while "--scale" in arguments:
                place = arguments.index("--scale")
                assert arguments[place + 1].partition("=")[0] in services
                del arguments[place : place + 2]
            assert set(arguments) <= {"--build", "--detach"}, arguments
            continue
        while arguments and arguments[0].startswith("-"):
            arguments = arguments[2:] if arguments[0] == "--entrypoint" else arguments[1:]
        if verb == "stop":
            assert set(arguments) <= set(services)
            continue
        service, *command = arguments
        assert service in services
        called = command[0] if command else services[service]["command"]
        assert called in get_commands() or f"  {called})" in entrypoint or called.startswith("/"), arguments


def test_backup_folder_is_a_volume_owned_by_the_user_of_the_image():
    backup = yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text())["services"]["backup"]
    assert "backups:/var/backups/comite" in backup["volumes"]
    assert '"/var/backups/comite/$(date -u +%Y-%m-%d-%H%M)"' in (ROOT / "docker" / "entrypoint.sh").read_text()
    assert "--uid 10001 --gid comite" in (ROOT / "docker" / "Dockerfile").read_text()
    assert "install -d -o 10001 -g 10001" in PAGES["operations.md"]


def test_documented_systemd_units_are_valid(tmp_path):
    units = {name: text for name, text in UNIT.findall(PAGES["operations.md"]) if "backup" in name}
    assert set(units) == {"comite-backup.service", "comite-backup.timer"}
    for name, text in units.items():
        parser = configparser.ConfigParser(strict=False)
        parser.read_string(text)
        assert "Unit" in parser.sections()
        (tmp_path / name).write_text(text)
    if analyze := shutil.which("systemd-analyze"):
        command = [analyze, "verify", *map(str, tmp_path.iterdir())]
        warnings = subprocess.run(command, capture_output=True, text=True, check=False).stderr.splitlines()
        # Programs that are not installed on this machine.
        assert [line for line in warnings if "is not executable" not in line] == []
