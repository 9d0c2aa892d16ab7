"""Writes the inventory of the code, or compares it with the stored one: `python -m tools.inventory [--check]`."""

import sys

from tools.inventory.site import FOLDER, empty_site, store_or_compare


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["--check"]):
        print("The only argument is --check.", file=sys.stderr)
        return 2
    with empty_site():
        # Settings are configured only at this point; the registries need them.
        from tools.inventory.sections import inventory

        found = inventory()
    path = FOLDER / "inventory.txt"
    return store_or_compare(path, found, stored=path.read_text(encoding="utf-8") if arguments else None)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
