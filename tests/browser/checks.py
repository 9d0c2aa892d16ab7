"""Checks of each page of the audit list besides axe: one function per rule, from an open page to its faults.

Each returns a list of short sentences, empty without faults. They change the window or the media and do not restore
them: `tests/browser/test_audit.py` calls them in an order that needs no second load. Styles are changed through the
CSS object model, which the content security policy allows, so that the policy stays in force.
"""

import re
from xml.etree.ElementTree import Element

from playwright.sync_api import Page
from tinyhtml5.parser import HTMLParser

PHONE, DESKTOP = {"width": 360, "height": 800}, {"width": 1280, "height": 800}
SMALLEST, LANDSCAPE = {"width": 320, "height": 256}, {"width": 640, "height": 320}

# Minimum size of a standalone control: 44 px; of other targets, except links in a sentence: 24 px.
STANDALONE = ", ".join(
    [
        "button, select, textarea, summary, .button, .choice",
        "input:not([type=hidden]):not([type=radio]):not([type=checkbox]):not([tabindex='-1'])",
        ".brand, .menu a, .pagination a, .active-filters a, .link-row a, .comment__actions a",
    ]
)

# RGAA 10.12.
TEXT_SPACING = """
* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
p { margin-bottom: 2em !important }
"""
DOUBLE_TEXT = "html { font-size: 200% !important }"

# Helpers: a colour as four numbers; the background visible behind an element; the contrast of two opaque colours.
COLOURS = """
const parts = colour => [...(colour.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number), 1].slice(0, 4);
const light = colour => {
  const [r, g, b] = parts(colour).map(v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
  return .2126 * r + .7152 * g + .0722 * b;
};
const contrast = (one, other) => {
  const [a, b] = [light(one), light(other)];
  return (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
};
const ground = e => {
  for (; e; e = e.parentElement) {
    const colour = getComputedStyle(e).backgroundColor;
    if (parts(colour)[3] > 0) return colour;
  }
  return 'rgb(255, 255, 255)';
};
const name = e => e.outerHTML.replace(/\\s+/g, ' ').slice(0, 80);
const hasText = e => [...e.childNodes].some(node => node.nodeType === 3 && node.data.trim());
// What a closed <details> holds has boxes, and nobody sees it.
const drawn = e => e.getClientRects().length > 0 && e.checkVisibility();
"""


def with_style(page: Page, css: str) -> None:
    """Replaces the user style sheet added to the page; "" removes it."""
    page.evaluate(
        "css => { const s = new CSSStyleSheet(); s.replaceSync(css); document.adoptedStyleSheets = [s] }", css
    )


def look(page: Page, body: str, argument: object = None) -> list[str]:
    """Runs `body`, the body of a function of `argument` that fills `faults`, in the page."""
    return page.evaluate(f"argument => {{ const faults = []; {COLOURS} {body} return faults }}", argument)


LAYOUT = """
const root = document.documentElement;
if (root.scrollWidth > root.clientWidth) {
  const wide = [...document.querySelectorAll('body *')].find(e => e.getBoundingClientRect().right > root.clientWidth + 1
    && getComputedStyle(e).position !== 'absolute' && !e.closest('.table'));
  faults.push('scrolls sideways: ' + (wide ? name(wide) : '?'));
}
for (const e of document.querySelectorAll('body *')) {
  if (!hasText(e) || !drawn(e) || e.closest('svg, select, textarea, .visually-hidden, .honeypot')) continue;
  const style = getComputedStyle(e);
  if (style.display === 'inline') continue;
  const cut = style.overflowX !== 'visible' || style.textOverflow === 'ellipsis';
  const room = cut ? 1 : Math.max(6, parseFloat(style.fontSize) / 2);
  const tall = e.scrollHeight > e.clientHeight + room, broad = e.scrollWidth > e.clientWidth + room;
  if (tall || broad) faults.push('text does not fit: ' + name(e));
}
"""


def layout(page: Page) -> list[str]:
    """Checks that nothing scrolls sideways (but tables in their box) and that no text is cut or overflows its box."""
    return look(page, LAYOUT)


LARGE_LETTERS = """
const root = document.documentElement;
if (root.scrollWidth > root.clientWidth) faults.push('scrolls sideways: ' + root.scrollWidth);
const widest = root.clientWidth * argument;
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let text; text = texts.nextNode();) {
  const e = text.parentElement;
  if (!text.data.trim() || !drawn(e) || e.closest('svg, select, textarea, .visually-hidden, .honeypot')) continue;
  for (const word of text.data.matchAll(/[\\p{L}\\p{N}][^\\s\\u2011-]*/gu)) {
    const range = document.createRange();
    range.setStart(text, word.index);
    range.setEnd(text, word.index + word[0].length);
    const boxes = [...range.getClientRects()];
    const lines = new Set(boxes.map(box => Math.round(box.top))).size;
    const width = boxes.reduce((sum, box) => sum + box.width, 0);
    if (lines > 1 && width <= widest * (lines - 1)) faults.push(`a word on ${lines} lines: ${word[0]} in ${name(e)}`);
  }
}
"""
# Minimum share of the width of a box on a phone that is left to its text.
SHARE_OF_WORDS = 0.6


def large_letters(page: Page) -> list[str]:
    """Checks with large text that nothing scrolls sideways and that only words too long for a line break."""
    return look(page, LARGE_LETTERS, SHARE_OF_WORDS)


FIRST_ITEM = """
const items = [...document.querySelectorAll('main .card, main .session-card, main .link-list > li')];
const top = Math.round(Math.min(...items.filter(drawn).map(e => e.getBoundingClientRect().top + scrollY)));
if (!(top <= argument)) faults.push('the first item begins at ' + top);
"""
FIRST_ITEM_WITHIN = 740


def first_item(page: Page) -> list[str]:
    """Checks that the first item of a list, below its title, filters and words, is on the first screen of a phone."""
    return look(page, FIRST_ITEM, FIRST_ITEM_WITHIN)


CUT_WORDS = """
for (const cell of document.querySelectorAll('main th, main td')) {
  const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
  for (let text; text = texts.nextNode();) {
    for (const word of text.data.matchAll(/[\\p{L}\\p{N}.,’'%€]+/gu)) {
      const range = document.createRange();
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      const [first, ...others] = range.getClientRects();
      if (others.some(box => box.top > first.bottom - 2)) faults.push('a word is cut: ' + word[0]);
    }
  }
}
"""


def table_words(page: Page) -> list[str]:
    """Checks that words of tables wrap only after a hyphen or the dot of a long name."""
    return look(page, CUT_WORDS)


TARGETS = """
const inSentence = link => {
  let block = link.parentElement;
  while (block && getComputedStyle(block).display.startsWith('inline')) block = block.parentElement;
  const rest = block.cloneNode(true);
  rest.querySelectorAll('a, button, .visually-hidden').forEach(e => e.remove());
  return /[\\p{L}\\d]/u.test(rest.textContent);
};
for (const e of document.querySelectorAll(argument + ', a[href]')) {
  const box = e.getBoundingClientRect(), style = getComputedStyle(e);
  if (box.width <= 2 || e.closest('.skip-link')) continue;
  const alone = e.matches(argument);
  if (!alone && inSentence(e)) continue;
  // The line of a link that is text can be pressed over its whole height.
  const height = style.display === 'inline' ? Math.max(box.height, parseFloat(style.lineHeight) || 0) : box.height;
  const least = alone ? 44 : 24;
  if (height < least - .5 || (alone && box.width < least - .5)) {
    faults.push(`target of ${Math.round(box.width)} × ${Math.round(height)}, not ${least}: ${name(e)}`);
  }
}
"""


def targets(page: Page) -> list[str]:
    """Checks the size of targets: 44 px for a standalone control, 24 px for a link outside a sentence."""
    return look(page, TARGETS, STANDALONE)


FIELDS = """
for (const e of document.querySelectorAll('main input:not([type=hidden]), main select, main textarea')) {
  if (!drawn(e) || e.closest('.honeypot') || e.matches('[type=radio], [type=checkbox]')) continue;
  const style = getComputedStyle(e), behind = ground(e.parentElement);
  const ratio = contrast(style.borderTopColor, behind);
  if (parseFloat(style.borderTopWidth) < 1 || style.borderTopStyle === 'none' || ratio < 3) {
    faults.push(`border of a field: ${style.borderTopWidth} ${style.borderTopStyle}, ${ratio.toFixed(1)}: ${name(e)}`);
  }
}
"""


def fields(page: Page) -> list[str]:
    """Checks that the border of a field has a contrast of at least 3 with its surroundings."""
    return look(page, FIELDS)


DRAWN_TEXTS = """
for (const e of document.querySelectorAll('svg text')) {
  if (!drawn(e)) continue;
  const style = getComputedStyle(e), under = e.previousElementSibling;
  const fill = () => under ? getComputedStyle(under).fill : ground(e.parentElement);
  const behind = style.stroke !== 'none' ? style.stroke : fill();
  const ratio = contrast(style.fill, behind);
  if (ratio < 4.5) faults.push(`text of a drawing, contrast of ${ratio.toFixed(1)}: ${name(e)}`);
}
"""


def drawn_texts(page: Page) -> list[str]:
    """Checks the contrast of texts in drawings, which axe cannot decide, with their halo or the shape behind them."""
    return look(page, DRAWN_TEXTS)


FORCED = """
for (const e of document.querySelectorAll('button, .button, input:not([type=hidden]), select, textarea')) {
  if (!drawn(e) || e.closest('.honeypot') || e.matches('[type=radio], [type=checkbox]')) continue;
  const style = getComputedStyle(e);
  const edged = parseFloat(style.borderTopWidth) >= 1 && style.borderTopStyle !== 'none'
    && style.borderTopColor !== ground(e.parentElement);
  if (!edged && !style.textDecorationLine.includes('underline')) faults.push('no border: ' + name(e));
}
for (const e of document.querySelectorAll('body *')) {
  if (!hasText(e) || !drawn(e) || e.closest('svg')) continue;
  const ratio = contrast(getComputedStyle(e).color, ground(e));
  if (ratio < 4.5) faults.push(`contrast of ${ratio.toFixed(1)}: ${name(e)}`);
}
"""


def forced_colours(page: Page) -> list[str]:
    """Checks with forced colours that text is readable and that controls have a visible border.

    Contrast is measured here, because axe reads the text's fill, which keeps the author's colour in this mode.
    """
    return look(page, FORCED)


MOTION = """
for (const e of document.querySelectorAll('*')) {
  const style = getComputedStyle(e);
  if (style.transitionDuration.split(',').some(d => parseFloat(d) > 0) || style.animationName !== 'none') {
    faults.push('moves: ' + name(e));
  }
}
"""


def motion(page: Page) -> list[str]:
    """Checks that there is no animation with `prefers-reduced-motion`."""
    return look(page, MOTION)


PRINTED = """
const seen = e => drawn(e) && getComputedStyle(e).visibility !== 'hidden';
for (const e of document.querySelectorAll('header nav, .tools, .breadcrumb, form, button, .button, .skip-link')) {
  if (seen(e)) faults.push('printed: ' + name(e));
}
if (![...document.querySelectorAll('h1')].some(seen)) faults.push('the title is not printed');
for (const e of document.querySelectorAll('body *')) {
  if (!hasText(e) || !seen(e) || e.closest('svg, .visually-hidden')) continue;
  if (contrast(getComputedStyle(e).color, ground(e)) < 4.5) faults.push('cannot be read on paper: ' + name(e));
}
"""


def printed(page: Page) -> list[str]:
    """Checks the printed page: the title but no menu, form or button; no black on black with printed backgrounds."""
    return look(page, PRINTED)


STRUCTURE = """
if (document.documentElement.lang !== 'fr') faults.push('lang is ' + document.documentElement.lang);
if (!document.title.trim()) faults.push('no title');
const levels = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(h => Number(h.tagName[1]));
const after = levels.slice(levels.indexOf(1));
if (levels.filter(level => level === 1).length !== 1 || after.some((level, i) => i && level - after[i - 1] > 1)) {
  faults.push('headings ' + levels);
}
const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i))) faults.push('twice the id ' + id);
for (const attribute of ['for', 'list', 'form', 'headers', 'aria-labelledby', 'aria-describedby', 'aria-controls',
                         'aria-owns', 'aria-details', 'aria-errormessage', 'aria-activedescendant', 'aria-flowto']) {
  for (const e of document.querySelectorAll(`[${attribute}]`)) {
    for (const id of e.getAttribute(attribute).split(/\\s+/).filter(Boolean)) {
      if (!document.getElementById(id)) faults.push(`${attribute} names ${id}, which is not there`);
    }
  }
}
for (const e of document.querySelectorAll('a[href^="#"]')) {
  const id = decodeURIComponent(e.getAttribute('href').slice(1));
  if (!id || !document.getElementById(id)) faults.push('leads nowhere: ' + name(e));
}
"""


def structure(page: Page) -> list[str]:
    """Checks for one h1, no skipped level, a title, the language, unique identifiers, valid references to them."""
    return look(page, STRUCTURE)


INLINE = re.compile(
    r"<[a-z][^>]*\s(?:style|on[a-z]+)\s*=|<style|<script(?![^>]*(?:\ssrc=|application/(?:ld\+)?json))", re.I
)


def parse(html: str) -> tuple[Element, list[str]]:
    """Returns the tree that a browser makes of a page, and the parse errors of the HTML standard.

    Inline styles and scripts count as errors, because the content security policy refuses them.
    """
    parser = HTMLParser(namespace_html_elements=False)
    tree = parser.parse(html)
    faults = [f"line {line}: {code} {data or ''}".strip() for (line, _column), code, data in parser.errors]
    return tree, faults + [f"inline: {found[0][:80]}" for found in INLINE.finditer(html)]


def markup(html: str) -> list[str]:
    """Returns the faults in the markup of a page as sent by the server."""
    return parse(html)[1]
