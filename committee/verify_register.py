#!/usr/bin/env python3
"""Checker of the register of decisions, published to readers: it needs only Python (docs/register.md)."""

import hashlib
import json
import sys
import unicodedata

USAGE = """Vérifie un registre des décisions exporté en JSON, sans rien d’autre que Python.

    python3 verify_register.py registre.json
    python3 verify_register.py registre.json 0123456789abcdef

La seconde forme cherche aussi l’inscription dont l’empreinte commence ainsi : celle qu’une lettre a imprimée.
Le programme répond 0 si tout va bien, 1 à la première ligne fausse, et 2 si le fichier ne se lit pas."""
# The second format has how decisions were taken; a register without such a decision keeps the first.
FORMATS = ("registre-des-decisions/1", "registre-des-decisions/2")
GENESIS = "0" * 64
DECISION, REDACTION = "decision", "caviardage"
# Text fields of an entry. They may be emptied later, so the chain holds their commitment instead.
WORDS = ("responsible", "salt", "text")
CHAINED = (
    "approved_on",
    "author_role",
    "commitment",
    "due_on",
    "kind",
    "number",
    "previous_hash",
    "rank",
    "reason",
    "recorded_at",
    "redacts",
    "session_day",
    "topic",
    "topic_number",
)
# Further fields of an entry that records how its decision was taken; its dissents are text fields too.
VOTE = ("abstentions", "majority", "manner", "votes_against", "votes_for")
DISSENTS = "dissents"
SHORTEST_HASH = 16


class Broken(Exception):
    """The register was altered; `line` is the first line of the file that shows it."""

    def __init__(self, line, message):
        super().__init__(f"Ligne {line} : {message}")
        self.line = line


def canonical(value):
    """Returns `value` as canonical JSON: sorted keys, no spaces, composed Unicode (NFC), UTF-8."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return unicodedata.normalize("NFC", text).encode()


def words_of(entry):
    """Returns the names of the text fields of `entry`, which may be emptied."""
    return (*WORDS, DISSENTS) if entry.get("manner") else WORDS


def chained_of(entry):
    """Returns the names of the fields of `entry` that are part of the chain."""
    return (*CHAINED, *VOTE) if entry.get("manner") else CHAINED


def fields_of(entry):
    """Returns the names of all fields of `entry`, in order."""
    return sorted((*chained_of(entry), *words_of(entry), "hash"))


def commitment_of(entry):
    """Returns the commitment to the text of `entry` in the chain. The salt prevents guessing the text."""
    return hashlib.sha256(canonical({name: entry[name] for name in words_of(entry)})).hexdigest()


def hash_of(entry):
    """Returns the hash of the chained fields of `entry`, which include the hash of the previous entry."""
    return hashlib.sha256(canonical({name: entry[name] for name in chained_of(entry)})).hexdigest()


def lines_of(entries):
    """Yields the lines of the file that holds `entries`, in order.

    Deterministic: the same entries give the same bytes.
    """
    head, before, form = GENESIS, b"", 0
    yield b'{"entries":['
    for entry in entries:
        if before:
            yield before + b","
        head, before = entry["hash"], canonical({name: entry[name] for name in fields_of(entry)})
        form = max(form, int(bool(entry.get("manner"))))
    if before:
        yield before
    yield b'],"format":' + canonical(FORMATS[form]) + b',"head":' + canonical(head) + b"}"


def verify(content):
    """Checks the file whose bytes are `content`; returns its entries. Raises `Broken` at the first wrong line."""
    lines = content.split(b"\n")
    if lines[0] != b'{"entries":[':
        raise Broken(1, "ce n’est pas le début d’un registre des décisions.")
    entries, broken = [], None
    for line_number, line in enumerate(lines[1:], 2):
        if not line.startswith(b"{"):
            break
        try:
            entries.append(_entry(line, line_number, entries, lines))
        except Broken as found:
            broken = found
            break
    end = len(entries) + 2
    if broken is None and lines[end - 1 :] != [list(lines_of(entries))[-1], b""]:
        broken = Broken(end, "la fin du fichier ne correspond pas aux inscriptions.")
    # Errors in the text of an entry are reported before later errors.
    _check_words(entries, is_whole=broken is None)
    if broken:
        raise broken
    return entries


def _entry(line, line_number, before, lines):
    expected, previous = len(before) + 1, before[-1]["hash"] if before else GENESIS
    body, below = line.removesuffix(b","), lines[line_number:]
    try:
        entry = json.loads(body.decode())
    except ValueError:
        raise Broken(line_number, "cette ligne n’est pas lisible.") from None
    if body == line and any(other.startswith(b"{") for other in below):
        raise Broken(line_number, "il manque la virgule à la fin de la ligne.")
    if body != line and below and below[0].startswith(b"]"):
        raise Broken(line_number, "il y a une virgule de trop à la fin de la ligne.")
    if not isinstance(entry, dict) or sorted(entry) != fields_of(entry) or canonical(entry) != body:
        raise Broken(line_number, "cette ligne n’a pas la forme d’une inscription.")
    if entry["number"] != expected:
        raise Broken(line_number, f"l’inscription {expected} est attendue, c’est {entry['number']} qui est là.")
    if entry["previous_hash"] != previous:
        raise Broken(line_number, f"l’inscription {expected} ne suit pas celle d’avant.")
    if entry["hash"] != hash_of(entry):
        raise Broken(line_number, f"l’empreinte de l’inscription {expected} ne correspond pas à son contenu.")
    return entry


def _check_words(entries, is_whole):
    """Checks that the text of each entry matches its commitment, or was removed by an entry that records it.

    If the file is not read to its end, that entry may come later.
    """
    removed = {}
    for entry in entries:
        if entry["kind"] == REDACTION:
            target = entry["redacts"]
            is_known = isinstance(target, int) and 0 < target < entry["number"]
            if not is_known or entries[target - 1]["kind"] != DECISION or any(entry[name] for name in words_of(entry)):
                raise Broken(entry["number"] + 1, f"le caviardage {entry['number']} ne désigne aucune décision.")
            removed[target] = entry["number"]
        elif entry["kind"] != DECISION:
            raise Broken(entry["number"] + 1, f"l’inscription {entry['number']} est d’une sorte inconnue.")
    for entry in entries:
        if entry["kind"] != DECISION:
            continue
        is_empty = not any(entry[name] for name in words_of(entry))
        if is_empty and (entry["number"] in removed or not is_whole):
            continue
        if is_empty:
            raise Broken(entry["number"] + 1, f"le texte de la décision {entry['number']} manque sans caviardage.")
        if entry["commitment"] != commitment_of(entry):
            raise Broken(
                entry["number"] + 1, f"le texte de la décision {entry['number']} n’est pas celui qui a été inscrit."
            )


def main(arguments):
    if len(arguments) not in (1, 2):
        print(USAGE, file=sys.stderr)  # noqa: T201
        return 2
    try:
        with open(arguments[0], "rb") as file:
            entries = verify(file.read())
    except OSError as error:
        print(f"Le fichier ne se lit pas : {error.strerror}.", file=sys.stderr)  # noqa: T201
        return 2
    except Broken as broken:
        print(broken, file=sys.stderr)  # noqa: T201
        return 1
    head = entries[-1]["hash"] if entries else GENESIS
    if len(arguments) == 2:
        prefix = arguments[1].lower()
        if len(prefix) < SHORTEST_HASH or not any(entry["hash"].startswith(prefix) for entry in entries):
            print(f"Aucune inscription n’a une empreinte qui commence par {prefix}.", file=sys.stderr)  # noqa: T201
            return 1
    for entry in entries:
        if entry["kind"] == REDACTION:
            message = f"Décision {entry['redacts']} : texte retiré par l’inscription {entry['number']}."
            print(message)  # noqa: T201
    print(f"Registre intact : {len(entries)} inscriptions. Empreinte : {head}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
