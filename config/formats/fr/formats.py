"""Input formats for dates: `15/12/2026` and `15/12/2026 09:30`. Django adds the ISO formats to each list.

Django's own French formats also accept a two-digit year, which turns a typing error (`15/12/20`) into another year.
"""

DATE_INPUT_FORMATS = ["%d/%m/%Y"]
DATETIME_INPUT_FORMATS = ["%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S"]
