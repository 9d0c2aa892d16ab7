"""Light theme colours, for use outside of style sheets: mails, images of link previews."""

import functools
import re
from pathlib import Path

STATIC = Path(__file__).resolve().parents[1] / "static"


@functools.cache
def light() -> dict[str, str]:
    """Returns {token: colour} from the first rule of `static/css/tokens.css`: `services-mid` → `#5BB8C6`."""
    source = (STATIC / "css" / "tokens.css").read_text(encoding="utf-8")
    return dict(re.findall(r"--([\w-]+): (#[0-9A-Fa-f]{6});", source.partition("}")[0]))
