"""Writes every kind of mail, as text and HTML, to a folder: `python -m tools.mails FOLDER`.

The demonstration of MOMENT is loaded anew in `FOLDER/site`. Programs other than tests run this as a process.
"""

import sys
from pathlib import Path

from scripts.run import CannotStart
from tools.screenshots import MOMENT, still_demonstration


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("Name the folder, which is made or emptied of its site.", file=sys.stderr)
        return 2
    folder = Path(arguments[0]).resolve()
    try:
        with still_demonstration(folder / "site"):
            # Settings are configured only at this point.
            from tools.mails.acts import ACTS
            from tools.mails.stage import part, play_all

            mails = play_all(ACTS, now=MOMENT)
            for name, raw in mails.items():
                (folder / f"{name}.eml").write_bytes(raw)
                (folder / f"{name}.html").write_text(part(raw, "html"))
    except CannotStart as problem:
        print(problem, file=sys.stderr)
        return 2
    print(f"{len(mails)} mails in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
