"""Public holidays of France, and of the region of the city (`common.city`)."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from holidays import country_holidays

from common.city import CITY


@lru_cache(maxsize=32)
def holidays_of(year: int, *, in_region: bool = True) -> Mapping[date, str]:
    """Returns the holidays of `year` with their French names; only national ones if not `in_region`."""
    subdivision = CITY.subdivision if in_region else ""
    return MappingProxyType(dict(country_holidays("FR", subdiv=subdivision or None, years=year, language="fr")))


def holiday_on(day: date) -> str:
    """Returns the name of the holiday on `day` in the city, or ""."""
    return holidays_of(day.year).get(day, "")
