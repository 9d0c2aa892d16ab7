"""Pictures of every kind of mail in each theme: `make screenshots ARGS=--mails`.

One sheet shows a mail in three widths, and below without its `<style>`, as SFR, La Poste and others show it.
"""

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path

from playwright.sync_api import Browser

WIDTHS = (320, 600, 1280)
STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)
# Neutral background, neither light nor dark, unlike any mail program's.
SHEET = """<!doctype html><html lang="fr"><title>{name}</title>
<style>body {{ margin: 16px; background: #888 }}
div {{ display: flex; gap: 16px; align-items: start; margin-bottom: 16px }}
iframe {{ border: 0; flex: none }}</style>{rows}"""
FIT = """() => { for (const frame of document.querySelectorAll('iframe'))
  frame.style.height = frame.contentDocument.documentElement.scrollHeight + 'px' }"""


def without_style(html: str) -> str:
    """Returns the HTML of a mail as shown by programs that drop `<style>`."""
    return STYLE.sub("", html)


def sheet(name: str, html: str) -> str:
    """Returns a page with the mail in each width, with and without `<style>`."""
    rows = ""
    for source in (html, without_style(html)):
        frames = "".join(f'<iframe width="{width}" srcdoc="{escape(source)}"></iframe>' for width in WIDTHS)
        rows += f"<div>{frames}</div>"
    return SHEET.format(name=name, rows=rows)


def capture_mail(browser: Browser, html: str, target: Path) -> Iterator[Path]:
    """Takes a picture of the top of one mail in the light theme; yields its file before writing it."""
    page = browser.new_page(viewport={"width": 680, "height": 900}, color_scheme="light", locale="fr-FR")
    yield target
    page.set_content(html)
    page.screenshot(path=target)
    page.close()


def capture_sheets(browser: Browser, mails: dict[str, str], folder: Path, *, themes: tuple[str, ...]) -> Iterator[Path]:
    """Takes a sheet of each of `mails` (name → HTML) in each theme; yields each file before writing it."""
    for theme in themes:
        page = browser.new_page(
            viewport={"width": sum(WIDTHS) + 4 * 16, "height": 900},
            color_scheme=theme,
            reduced_motion="reduce",
            locale="fr-FR",
        )
        for name, html in mails.items():
            target = folder / f"{name}-{theme}.png"
            yield target
            page.set_content(sheet(name, html))
            page.evaluate(FIT)
            page.screenshot(path=target, full_page=True)
        page.close()
