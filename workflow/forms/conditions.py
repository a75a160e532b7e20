"""Conditions as rows of a form: fact, word, value. What rows cannot say is kept as it is."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from workflow.forms.choices import JOINS
from workflow.registry import Fact, Subject

Condition = dict[str, Any]

MOST_ROWS: Final = 12
WORDS: Final[dict[str, Promise]] = {
    "is": _("是"),
    "not": _("不是"),
    "yes": _("是"),
    "no": _("不是"),
    "at_least": _("不低于"),
    "at_most": _("不超过"),
    "before": _("早于"),
    "after": _("晚于"),
    "known": _("已经有"),
    "unknown": _("还没有"),
}
OF_TYPE: Final = {
    "bool": ("yes", "no"),
    "choice": ("is", "not", "known", "unknown"),
    "int": ("is", "at_least", "at_most", "known", "unknown"),
    "text": ("is", "not", "known", "unknown"),
    "date": ("known", "unknown", "before", "after"),
    "datetime": ("known", "unknown", "before", "after"),
}
JUST_KNOWN: Final = ("known", "unknown")
WITHOUT_VALUE: Final = frozenset({"yes", "no", "known", "unknown"})


class ConditionRow(forms.Form):
    """One test. Its words depend on the fact chosen, its value on both; without a fact it says nothing."""

    fact = forms.ChoiceField(label=_("情况"), required=False)
    word = forms.ChoiceField(label=_("比较"), required=False)

    def __init__(self, *args: Any, subject: Subject, group: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = {fact.name: fact.label for fact in subject.facts if not fact.personal}
        self.fields["fact"].choices = [("", _("（不用）")), *named.items()]  # type: ignore[attr-defined]
        self.known = subject.by_name.get(self._said("fact"))
        self._offer_words(group)
        if self.known is not None and self.compared not in WITHOUT_VALUE:
            self.fields["value"] = _value_field(self.known)

    @property
    def compared(self) -> str:
        words = [value for value, _label in self.fields["word"].choices]  # type: ignore[attr-defined]
        return self._said("word") if self._said("word") in words else next(iter(words), "")

    def test(self) -> Condition | None:
        """As a rule says it; None where no fact is chosen."""
        fact, word = self.known, self.compared
        if fact is None:
            return None
        if word in ("yes", "no"):
            return {"fact": fact.name, "is": word == "yes"}
        if word in JUST_KNOWN:
            return {"fact": fact.name, "known": word == "known"}
        value = self.cleaned_data["value"]
        if isinstance(value, list):
            many = len(value) > 1
            return {"fact": fact.name, (f"{'' if word == 'is' else 'not_'}in" if many else word): value if many else value[0]}  # fmt: skip
        return {"fact": fact.name, word: value.isoformat() if hasattr(value, "isoformat") else value}

    def _offer_words(self, group: str) -> None:
        words = words_of(self.known) if self.known else ()
        self.fields["word"].choices = [(word, WORDS[word]) for word in words]  # type: ignore[attr-defined]
        for name in ("fact", "word"):
            self.fields[name].widget.attrs["class"] = f"reshape-{group}"

    def _said(self, name: str) -> str:
        given = self.data.get(self.add_prefix(name)) if self.is_bound else self.initial.get(name)
        return str(given or "")


class Conditions:
    """All rows of one condition. ``kept``: a condition rows cannot say; it stays as it is."""

    def __init__(
        self, group: str, subject: Subject, condition: Condition, data: Mapping[str, Any] | None = None
    ) -> None:
        self.group, self.subject, self.condition = group, subject, condition
        told = tests_of(subject, condition)
        self.kept = told is None
        join, rows = told or ("all", [])
        self.join = _choice(data, f"{group}-join", join)
        count = _count(data, group, len(rows))
        self.rows = [self._row(nth, rows, data) for nth in range(count)]

    @property
    def joins(self) -> list[tuple[str, Any, bool]]:
        return [(value, label, value == self.join) for value, label in JOINS]

    def is_valid(self) -> bool:
        return self.kept or all(row.is_valid() for row in self.rows)

    def read(self) -> Condition:
        """After ``is_valid``."""
        if self.kept:
            return self.condition
        tests = [test for row in self.rows if (test := row.test()) is not None]
        said = tests[0] if len(tests) == 1 else ({self.join: tests} if tests else {})
        same = tests_of(self.subject, said) == tests_of(self.subject, self.condition)
        return self.condition if same else said

    def _row(self, nth: int, rows: list[dict[str, Any]], data: Mapping[str, Any] | None) -> ConditionRow:
        initial = rows[nth] if nth < len(rows) else {}
        return ConditionRow(
            data, prefix=f"{self.group}-{nth}", initial=initial, subject=self.subject, group=self.group
        )


def tests_of(subject: Subject, condition: Condition) -> tuple[str, list[dict[str, Any]]] | None:
    """How rows would say it: the joining word and each row's values; None when they cannot."""
    if not condition:
        return "all", []
    join = next((word for word in ("all", "any") if word in condition and "fact" not in condition), "")
    parts = condition[join] if join else [condition]
    rows = [_as_row(subject, part) for part in parts]
    return None if None in rows else (join or "all", [row for row in rows if row is not None])


def words_of(fact: Fact) -> tuple[str, ...]:
    return OF_TYPE["choice"] if fact.choices else OF_TYPE.get(fact.type, JUST_KNOWN)


def _as_row(subject: Subject, test: Condition) -> dict[str, Any] | None:
    if "fact" not in test or (fact := subject.by_name.get(test["fact"])) is None:
        return None
    word, value = next((word, value) for word, value in test.items() if word != "fact")
    if word == "known":
        word = "known" if value else "unknown"
    elif isinstance(value, bool):
        word = "yes" if value == (word == "is") else "no"
    elif isinstance(value, list):
        word = {"in": "is", "not_in": "not"}[word]
        value = value if fact.choices else None
    elif fact.choices:
        value = [value]
    if word not in words_of(fact) or value is None:
        return None
    return {"fact": fact.name, "word": word, "value": value}


def _value_field(fact: Fact) -> forms.Field:
    if fact.choices:
        return forms.MultipleChoiceField(
            label=_("值"), choices=fact.choices, widget=forms.CheckboxSelectMultiple
        )
    if fact.type == "int":
        return forms.IntegerField(label=_("值"), min_value=-9_999, max_value=999_999_999)
    if fact.type in ("date", "datetime"):
        return forms.DateField(
            label=_("值"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        )
    return forms.CharField(label=_("值"), max_length=60)


def _count(data: Mapping[str, Any] | None, group: str, known: int) -> int:
    """As many rows as were sent, one more where one was asked for."""
    if data is None:
        return known
    sent = max((number for number in _numbers(data, group)), default=-1) + 1
    return min(sent + (data.get("more") == group), MOST_ROWS)


def _numbers(data: Mapping[str, Any], group: str) -> Iterator[int]:
    for name in data:
        front, _dash, rest = name.partition("-")
        number = rest.partition("-")[0]
        if front == group and number.isdecimal() and len(number) < 3:
            yield int(number)


def _choice(data: Mapping[str, Any] | None, name: str, otherwise: str) -> str:
    given = (data or {}).get(name, otherwise)
    return given if given in ("all", "any") else otherwise
