"""Canaries: a unique word for each text field of each object."""

import re
from itertools import product
from string import ascii_lowercase
from typing import Any

from django.db import models
from django.utils import timezone
from wagtail.fields import StreamField

# The first one is in every text, to be searched for; the second one identifies the text.
SEARCHED = "zephir"
FOUND = re.compile(f"(?=({SEARCHED}[a-z]{{3}}))")
# Primary key of the first object of each model. Addresses are requested with the keys that follow, for any model.
FIRST = 800_001


class Canaries:
    """Fills objects with canary words; `names` maps each word to its place: `proposal.refused.title`."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.keys: dict[str, int] = {}
        self._codes = map("".join, product(ascii_lowercase, repeat=3))
        self._numbers: dict[str, int] = {}

    def word(self, name: str, key: int) -> str:
        word = SEARCHED + next(self._codes)
        self.names[word], self.keys[name] = name, key
        return word

    def next_key(self, model: type[models.Model]) -> int:
        """Returns the next primary key of the model, from `FIRST` on; all page models share one sequence."""
        table = model._meta.get_parent_list()[-1]._meta.label if model._meta.parents else model._meta.label
        self._numbers[table] = self._numbers.get(table, FIRST - 1) + 1
        return self._numbers[table]

    def fill(self, model: type[models.Model], state: str, /, **values: Any) -> Any:
        """Returns an unsaved object with a canary in each text field that `values` does not set."""
        if "pk" not in values and (isinstance(model._meta.pk, models.AutoField) or model._meta.parents):
            values["pk"] = self.next_key(model)
        made = model(**values)
        key = values.get("pk") or FIRST
        for field in model._meta.concrete_fields:
            given = {field.name, field.attname} & set(values)
            if not given and (text := self._text(field, f"{model._meta.model_name}.{state}.{field.name}", key)):
                setattr(made, field.name, text)
            elif not given and isinstance(field, models.DateTimeField) and not field.null and not field.has_default():
                setattr(made, field.name, timezone.now())
        return made

    def make(self, model: type[models.Model], state: str, /, **values: Any) -> Any:
        """Returns the object of `fill`, saved directly: no service runs, without side effects."""
        made = self.fill(model, state, **values)
        made.save(force_insert=True)
        return made

    def _text(self, field: models.Field, name: str, key: int) -> Any:
        if field.choices or field.is_relation or isinstance(field, models.SlugField) or name.endswith(NOT_FILLED):
            return None
        if isinstance(field, StreamField):
            return [("text", f"<p>Zephir {self.word(name, key)}</p>")]
        if isinstance(field, models.EmailField):
            return f"{self.word(name, key)}@courriel.example"
        if isinstance(field, models.URLField):
            return f"https://{self.word(name, key)}.example/"
        if isinstance(field, models.FileField) or not isinstance(field, models.CharField | models.TextField):
            return None
        return f"Zephir {self.word(name, key)}"


# Written by Django, Wagtail and treebeard themselves, and hashes.
NOT_FILLED = (
    *(".path", ".url_path", ".draft_title", ".password", ".file_hash", ".code_hash", ".token_nonce", ".key", ".hash"),
    *(".previous_hash", ".salt", ".commitment", ".voice", ".period_key", ".translation_key", ".subscriber_hash"),
)
