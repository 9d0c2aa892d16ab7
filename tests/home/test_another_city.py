"""Site of another city: no name of the first city appears anywhere (docs/another-city.md)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from common.city import read_city

INVENTED = Path(__file__).with_name("villeneuve.toml")
HOURS = """
import datetime, django
django.setup()
from common.calendars import calendar_of
from common.templatetags.dates import hour
print(hour(datetime.datetime(2026, 1, 15, 12, tzinfo=datetime.UTC)).replace("\xa0", " "))
print(next(line for line in calendar_of([], name="x", product="x").decode().splitlines() if line.startswith("TZID")))
"""


def test_read_city_parses_the_whole_file():
    city = read_city(INVENTED)
    assert (city.name, city.districts) == ("Villeneuve", ("Les Halles", "Le Moulin"))
    assert list(city.communes.values())[:2] == ["Aubrac-les-Prés", "Belle-Fontaine"]
    assert city.points[city.code] == (46.0, 2.13)


@pytest.mark.parametrize("line", ["name", "code", "north", "99482", "women"])
def test_missing_key_is_named_in_the_error(tmp_path, line):
    lines = [text for text in INVENTED.read_text(encoding="utf-8").splitlines() if not text.startswith(f"{line} =")]
    path = tmp_path / "city.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(ImproperlyConfigured, match=line):
        read_city(path)


@pytest.mark.thorough
@pytest.mark.one_database
def test_site_of_an_invented_city_does_not_name_the_first_city(tmp_path):
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    env |= {"CITY_FILE": str(INVENTED), "VAR_DIR": str(tmp_path / "var")}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/home/another_city.py"]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, timeout=1_800)
    assert done.returncode == 0, done.stdout[-6_000:]


@pytest.mark.thorough
@pytest.mark.one_database
def test_hours_use_the_time_zone_of_the_city(tmp_path):
    """Noon UTC is 16:00 in Réunion, on pages and in calendars."""
    path = tmp_path / "saint-denis.toml"
    path.write_text(f'time_zone = "Indian/Reunion"\n{INVENTED.read_text(encoding="utf-8")}', encoding="utf-8")
    env = os.environ | {"CITY_FILE": str(path), "VAR_DIR": str(tmp_path / "var")}
    done = subprocess.run(
        [sys.executable, "-c", HOURS], cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, timeout=300
    )
    assert done.stdout.splitlines()[:2] == ["16 h", "TZID:Indian/Reunion"], done.stderr[-2_000:]
