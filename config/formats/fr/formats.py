"""The dates that people may write: `15/12/2026` and `15/12/2026 09:30`. Django adds the ISO format to each list.

Django's own French also takes a year of two digits, which turns a slip (`15/12/20`) into another year.
"""

DATE_INPUT_FORMATS = ["%d/%m/%Y"]
DATETIME_INPUT_FORMATS = ["%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S"]
