"""Plain text: its beginning."""

import pytest
from django.utils.text import Truncator
from django.utils.translation import override

from common.plain_text import beginning

TEXTS = [
    "",
    "abcd",
    "abcde",
    "abcdef",
    "e\u0301te\u0301s",
    "e\u0301te\u0301 chaud",
    "x\u0323\u0302yzabcd",
    "x\u0323y z\u0323ab",
    "«\u00a0été\u00a0»",
]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("text", TEXTS)
def test_beginning_equals_the_truncator_of_django(text, language):
    with override(language):
        assert beginning(text, 5) == Truncator(text).chars(5)
