"""Readability of French texts: Björnsson's LIX, and the longest sentence."""

import re
from html import unescape

SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")
# The end of a block ends a sentence too: headings and list items have no full stop.
BLOCK_END = re.compile(r"</(?:p|li|h2|h3)>")
WORD = re.compile(r"[\w’'-]+")
LONG_WORD = 6


def plain(html: str) -> str:
    """Returns the text of `html`, one block per line."""
    return unescape(re.sub(r"<[^>]+>", "", BLOCK_END.sub("\n", html)))


def sentences(text: str) -> list[list[str]]:
    """Returns the words of each sentence."""
    return [WORD.findall(sentence) for sentence in SENTENCE_END.split(text) if re.search(r"\w{2}", sentence)]


def lix(text: str) -> float:
    """Returns the LIX: words per sentence plus percentage of words with more than six letters; 0 without words."""
    all_sentences = sentences(text)
    words = [word for sentence in all_sentences for word in sentence]
    if not words:
        return 0.0
    return len(words) / len(all_sentences) + 100 * sum(len(word) > LONG_WORD for word in words) / len(words)


def longest_sentence(text: str) -> list[str]:
    """Returns the words of the longest sentence; empty if there is none."""
    return max(sentences(text), key=len, default=[])
