"""One data row of a ledger as a whole: every value, what stood there, and what a person must look at."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from decimal import Decimal
from typing import Any, Final, TypeVar

from django.utils.translation import gettext as _

from core.lunar import Birthday
from core.phone import Phone, PhoneKind
from workspace.ledger import cells
from workspace.ledger.cells import Read
from workspace.ledger.columns import Column, Field, cell_text
from workspace.ledger.contradictions import contradictions
from workspace.ledger.reading import Cell
from workspace.ledger.stages import DEFAULT_STAGES, Stage

T = TypeVar("T")

SLOTS: Final = (
    Field.ADVISER,
    Field.DESIGNER,
    Field.PROJECT_MANAGER,
    Field.FOREMAN,
    Field.SUPERVISOR,
    Field.INSPECTOR,
)
PAYMENTS: Final = (Field.PAID_1, Field.PAID_2, Field.PAID_3, Field.PAID_FINAL)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a person must look at; the row is taken in all the same."""

    field: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Words:
    """What a firm's own words mean; the shipped ones unless it changed them."""

    stages: Mapping[str, Stage] = field(default_factory=lambda: DEFAULT_STAGES)
    modes: Mapping[str, str] = field(default_factory=lambda: cells.MODES)
    sources: Mapping[str, str] = field(default_factory=lambda: cells.SOURCES)


class Originals(Mapping[str, str]):
    """What stood in the row, by head, made only when it is asked for: a ledger of 50,000 rows must fit in memory."""

    __slots__ = ("_columns", "_row")

    def __init__(self, columns: Sequence[Column], row: Sequence[Cell]) -> None:
        self._columns, self._row = columns, row

    def __getitem__(self, head: str) -> str:
        return self._made()[head]

    def __iter__(self) -> Iterator[str]:
        return iter(self._made())

    def __len__(self) -> int:
        return len(self._made())

    def copy(self) -> dict[str, str]:
        """All of it at once: ``dict(originals)`` would make it anew for every head."""
        return self._made()

    def _made(self) -> dict[str, str]:
        beside = ((column.head, cell_text(cell)) for column, cell in _beside(self._columns, self._row))
        return {head: text for head, text in beside if text}


@dataclass(slots=True)
class LedgerRow:
    """A customer and, when the stage is known, her project, as one row tells it."""

    sheet: str
    number: int
    branch: str = ""
    serial: str = ""
    name: str = ""
    salutation: str = ""
    phones: tuple[Phone, ...] = ()
    wechat: str = ""
    estate: str = ""
    room: str = ""
    address: str = ""
    area: Decimal | None = None
    area_about: bool = False
    layout: str = ""
    style: str = ""
    mode: str = ""
    source: str = ""
    source_text: str = ""
    referrer: str = ""
    people: dict[str, tuple[str, ...]] = field(default_factory=dict)
    registered_on: date | None = None
    signed_on: date | None = None
    contract_number: str = ""
    amount_fen: int | None = None
    budget_text: str = ""
    paid_fen: dict[str, int] = field(default_factory=dict)
    started_on: date | None = None
    stage: Stage | None = None
    stage_text: str = ""
    completed_on: date | None = None
    birthday: Birthday | None = None
    notes: str = ""
    originals: Originals | dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    rejection: str = ""

    def has(self, name: str) -> bool:
        """Whether this field already has a problem of its own."""
        return any(problem.field == name for problem in self.problems)

    @property
    def needs_a_person(self) -> bool:
        return bool(self.problems or self.rejection)

    def as_data(self) -> dict[str, Any]:
        """Plain values for a JSON column; ``LedgerRow.from_data`` reads them back."""
        data = {item.name: getattr(self, item.name) for item in fields(self)}
        for name in _DATES:
            day = data[name]
            data[name] = day.isoformat() if day else None
        data["area"] = None if self.area is None else str(self.area)
        data["originals"] = self.originals.copy()
        data["phones"] = [asdict(phone) for phone in self.phones]
        data["stage"] = asdict(self.stage) if self.stage else None
        data["birthday"] = asdict(self.birthday) if self.birthday else None
        data["problems"] = [asdict(problem) for problem in self.problems]
        return {key: value for key, value in data.items() if value not in (None, "", (), {}, [], False)}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "LedgerRow":
        values = dict(data)
        values |= {name: date.fromisoformat(values[name]) for name in _DATES if values.get(name)}
        values |= {"area": Decimal(values["area"])} if values.get("area") else {}
        values |= {"stage": Stage(**values["stage"])} if values.get("stage") else {}
        values |= {"birthday": Birthday(**values["birthday"])} if values.get("birthday") else {}
        values["phones"] = tuple(_phone(phone) for phone in values.get("phones", ()))
        values["people"] = {slot: tuple(names) for slot, names in values.get("people", {}).items()}
        values["problems"] = [Problem(**problem) for problem in values.get("problems", [])]
        return cls(**values)


_DATES: Final = ("registered_on", "signed_on", "started_on", "completed_on")


def read_row(
    row: Sequence[Cell],
    columns: Sequence[Column],
    *,
    sheet: str,
    number: int,
    branch: str = "",
    today: date,
    words: Words | None = None,
    date_1904: bool = False,
) -> LedgerRow:
    """Read every column of one data row, then ask whether the values agree with each other."""
    reader = _RowReader(row, columns, sheet, number, words or Words(), date_1904=date_1904)
    read = reader.read(branch)
    read.problems.extend(Problem(name, sentence) for name, sentence in contradictions(read, today))
    read.rejection = _rejection(read)
    return read


def read_rows(
    table: Sequence[tuple[int, Sequence[Cell]]], columns: Sequence[Column], **about: Any
) -> Iterator[LedgerRow]:
    """Every data row of a table."""
    for number, row in table:
        yield read_row(row, columns, number=number, **about)


class _RowReader:
    """Holds the row while its columns are read, and collects what could not be read."""

    def __init__(
        self,
        row: Sequence[Cell],
        columns: Sequence[Column],
        sheet: str,
        number: int,
        words: Words,
        *,
        date_1904: bool,
    ) -> None:
        given = [column for column in columns if column.field is not None]
        self.cells = {
            column.field: row[column.index] for column in given if column.field and column.index < len(row)
        }
        self.originals = Originals(columns, row)
        self.into = LedgerRow(sheet, number, originals=self.originals)
        self.words = words
        self.date_1904 = date_1904

    def read(self, branch: str) -> LedgerRow:
        self._who(branch)
        self._where()
        self._deal()
        self._progress()
        return self.into

    def _who(self, branch: str) -> None:
        into = self.into
        into.branch = self._text(Field.BRANCH) or branch
        into.serial, into.name = self._text(Field.SERIAL), self._text(Field.NAME)
        into.salutation, into.wechat = self._text(Field.SALUTATION), self._text(Field.WECHAT)
        into.phones = self._phones()
        into.birthday = self._value(
            Field.BIRTHDAY, cells.read_birthday(self._cell(Field.BIRTHDAY), date_1904=self.date_1904)
        )
        into.referrer = "、".join(cells.read_people(self._cell(Field.REFERRER)))
        into.source = (
            self._value(Field.SOURCE, cells.read_source(self._cell(Field.SOURCE), self.words.sources)) or ""
        )
        into.source_text = self._text(Field.SOURCE)
        into.notes = cells.read_text(self._cell(Field.NOTES), lines=True)

    def _where(self) -> None:
        into = self.into
        into.estate, into.room = self._text(Field.ESTATE), self._text(Field.ROOM)
        into.address, into.layout = self._text(Field.ADDRESS), self._text(Field.LAYOUT)
        area = self._value(Field.AREA, cells.read_area(self._cell(Field.AREA)))
        if area:
            into.area, into.area_about = area.size, area.about

    def _deal(self) -> None:
        into = self.into
        into.style, into.budget_text = self._text(Field.STYLE), self._text(Field.BUDGET)
        into.mode = self._value(Field.MODE, cells.read_mode(self._cell(Field.MODE), self.words.modes)) or ""
        into.contract_number = self._text(Field.CONTRACT_NUMBER)
        into.registered_on, into.signed_on = self._date(Field.REGISTERED_ON), self._date(Field.SIGNED_ON)
        into.amount_fen = self._value(Field.AMOUNT, cells.read_money(self._cell(Field.AMOUNT)))
        paid = {item.value: self._value(item, cells.read_money(self._cell(item))) for item in PAYMENTS}
        into.paid_fen = {name: fen for name, fen in paid.items() if fen is not None}

    def _progress(self) -> None:
        into = self.into
        into.started_on, into.completed_on = self._date(Field.STARTED_ON), self._date(Field.COMPLETED_ON)
        into.stage_text = self._text(Field.STAGE)
        into.stage = self._value(Field.STAGE, cells.read_stage(self._cell(Field.STAGE), self.words.stages))
        people = {slot.value: cells.read_people(self._cell(slot)) for slot in SLOTS}
        into.people = {slot: names for slot, names in people.items() if names}

    def _cell(self, name: Field) -> Cell:
        return self.cells.get(name, "")

    def _text(self, name: Field) -> str:
        cell = self._cell(name)
        return "" if cells.is_empty(cell) else cells.read_text(cell)

    def _date(self, name: Field) -> date | None:
        return self._value(name, cells.read_date(self._cell(name), date_1904=self.date_1904))

    def _phones(self) -> tuple[Phone, ...]:
        found: dict[str, Phone] = {}
        for name in (Field.PHONE, Field.PHONE_2):
            phones, problems = cells.read_phones(self._cell(name))
            found.update({phone.e164 + phone.extension: phone for phone in phones})
            self.into.problems.extend(Problem(name.value, sentence) for sentence in problems)
        return tuple(found.values())

    def _value(self, name: Field, read: Read[T]) -> T | None:
        if read.problem:
            self.into.problems.append(Problem(name.value, read.problem))
        return read.value


def _beside(columns: Sequence[Column], row: Sequence[Cell]) -> Iterator[tuple[Column, Cell]]:
    for column in columns:
        if column.index < len(row) and column.head:
            yield column, row[column.index]


def _rejection(read: LedgerRow) -> str:
    """Why a row cannot become a customer at all."""
    if not read.name:
        return _("没有客户姓名")
    if not (read.phones or read.estate or read.room or read.address or read.wechat):
        return _("只有姓名，没有电话也没有地址，无法确认是哪位客户")
    return ""


def _phone(data: Mapping[str, str]) -> Phone:
    return Phone(data["e164"], PhoneKind(data.get("kind", PhoneKind.MOBILE)), data.get("extension", ""))
