"""Components of the site: their bill of materials (CycloneDX), and their licences.

The owner may name another licence than EUPL-1.2 (README.md), so what runs with the site must leave any possible: no
copyleft that extends to the surrounding code (GPL, AGPL), no restriction of use, no unknown licence. Tools that are not
part of the site (`requirements/dev.txt`) may have any.
"""

import json
import re
from collections import Counter
from importlib.metadata import Distribution, PackageMetadata, PackageNotFoundError, distribution
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

from tools.audit.report import Report
from tools.demonstration import ROOT
from tools.supply.pins import Pin, canonical, read_pins

# LGPL and MPL apply to the library itself, which the site imports unmodified.
FREE = re.compile(
    r"\b(0BSD|BSD|MIT|MIT-0|MIT-CMU|Apache|Apache-2\.0|ISC|ISCL|MPL|MPL-2\.0|LGPL(-[\d.]+(-only|-or-later)?)?|PSF|PSFL"
    r"|PSF-2\.0|Python Software Foundation|Zero-Clause BSD|New BSD|BSD-[23]-Clause|Public Domain|CC0-1\.0)\b",
    re.IGNORECASE,
)
BINDING = re.compile(
    r"\bA?GPL|General Public License|SSPL|BUSL|Business Source|Commons.Clause|Proprietary", re.IGNORECASE
)
LESSER = re.compile(r"LGPL|Lesser General Public License", re.IGNORECASE)
# Package → reason why a line of its metadata is not its licence.
READ_BY_US = {"qrcode": "BSD: its file LICENSE has that of PyQRCode, BSD, and of its model, MIT; none is proprietary"}
# Third-party files in the repository, each with a notice beside it: name and version, then the licence's name.
NOTICE = re.compile(
    r"^(?P<name>\w+) (?P<version>[\d.]+),.*?^sha256: (?P<sha>\w{64})\s+^(?P<licence>[^\n]+)\n=+", re.M | re.S
)
CARRIED = ("static/js/htmx.min.js.txt",)
# Licences that the check must refuse: a copyleft one, a conjunction with one, and none at all.
CONTROLS = ("GPL-3.0-only", "MIT AND AGPL-3.0-or-later", "Other/Proprietary License", "")


def licence_of(metadata: PackageMetadata) -> str:
    """Returns the licence of a package: its expression, else its classifiers, else the free-text field."""
    if metadata.get("License-Expression"):
        return str(metadata["License-Expression"])
    licences = [
        text.split(" :: ")[-1] for text in metadata.get_all("Classifier") or [] if text.startswith("License :: ")
    ]
    licences = [text for text in licences if text != "OSI Approved"]
    line = (metadata.get("License") or "").strip().split("\n")[0]
    return " AND ".join(licences) or line[:80]


def leaves_free(licence: str) -> bool:
    """Returns whether `licence` allows any licence for the site: one alternative of an OR suffices, else all must."""
    return any(
        all(FREE.search(part) and not BINDING.search(LESSER.sub("", part)) for part in re.split(r"\s+AND\s+", choice))
        for choice in re.split(r"\s+OR\s+", licence.strip("()"))
    )


def installed(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def carried(root: Path = ROOT) -> list[tuple[Pin, str]]:
    """Returns the third-party files in the repository with their licences. Raises ValueError on a malformed notice."""
    found = []
    for file in CARRIED:
        notice = NOTICE.search((root / file).read_text(encoding="utf-8"))
        if notice is None:
            raise ValueError(f"{file} does not say name, version, sha256 and licence")
        found.append((Pin(notice["name"], notice["version"], (notice["sha"],)), notice["licence"].strip()))
    return found


def component(pin: Pin, licence: str, *, kind: str) -> Component:
    """Returns a component in CycloneDX format."""
    return Component(
        name=pin.name,
        version=pin.version,
        type=ComponentType.LIBRARY,
        bom_ref=f"{kind}:{pin}",
        purl=PackageURL(type=kind, name=pin.name, version=pin.version),
        licenses=[LicenseFactory().make_from_string(licence)] if licence else [],
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=value) for value in pin.hashes],
    )


def write_bill(file: Path, components: list[Component], *, version: str) -> None:
    """Writes the bill of materials, with which operators find a vulnerable component."""
    site = Component(name="comite", version=version, type=ComponentType.APPLICATION, bom_ref="comite")
    bill = Bom(components=components, metadata=BomMetaData(component=site))
    bill.register_dependency(site, components)
    text = make_outputter(bill, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(json.loads(text), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def check(file: Path, *, version: str) -> Report:
    """Checks that every runtime component is in the bill, written to `file`, and has an acceptable licence."""
    components, licences, faults, elsewhere = [], {}, [], []
    for pin in read_pins("base"):
        found = installed(pin.name)
        if found is None or found.version != pin.version:
            elsewhere.append(str(pin))
            components.append(component(pin, "", kind="pypi"))
            continue
        licences[pin.name] = licence = licence_of(found.metadata)
        components.append(component(pin, licence, kind="pypi"))
        if not leaves_free(licence) and canonical(pin.name) not in READ_BY_US:
            faults.append(f"{pin}: {licence or 'says no licence'}")
    for pin, licence in carried():
        licences[pin.name] = licence
        components.append(component(pin, licence, kind="generic"))
        if not leaves_free(licence):
            faults.append(f"{pin}, carried in the repository: {licence}")
    faults += [f"control: {licence or 'no licence'} was not refused" for licence in CONTROLS if leaves_free(licence)]
    write_bill(file, components, version=version)
    summary = f"{len(components)} parts listed in {file}"
    if elsewhere:
        summary += f"; for other Pythons or systems, so their licence is not known here: {', '.join(elsewhere)}"
    figures = {"parts": len(components), "not installed here": elsewhere, "licences": dict(Counter(licences.values()))}
    return Report("parts and licences", summary, "", faults, figures)
