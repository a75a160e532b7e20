"""A firm's own words for stages and columns: what was corrected once is known for ever."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Refusal
from core.text import clean_text, squeeze
from projects.phases import Phase
from tenancy.models import Member
from workspace.ledger.columns import Field, head_key
from workspace.ledger.layout import SheetLayout
from workspace.ledger.rows import Words
from workspace.ledger.stages import DEFAULT_STAGES, Stage, stages_of
from workspace.models import ColumnMemory, StageWord


def firm_words() -> Words:
    """What the stage words mean to the firm in scope."""
    return Words(stages=stage_words())


def stage_words() -> dict[str, Stage]:
    """The shipped words with the firm's own over them; a word set to nothing asks a person."""
    own = {word.word: word for word in StageWord.objects.all()}
    stages = stages_of({word: Stage(kept.phase, kept.node) for word, kept in own.items() if kept.phase})
    return {word: stage for word, stage in stages.items() if word not in own or own[word].phase}


def remembered_heads() -> dict[str, str]:
    return dict(ColumnMemory.objects.values_list("head", "field"))


def remember_head(head: str, field: str, *, by: Member | None) -> None:
    """What a head means from now on in this firm; an empty field means: leave it out."""
    key = head_key(head)[:60]
    if not key:
        return
    meaning = Field(field).value if field else ""
    ColumnMemory.objects.update_or_create(
        head=key, defaults={"field": meaning, "by": by, "at": timezone.now()}
    )


def teach_stage_word(word: str, phase: str, *, by: Member | None, node: str = "") -> StageWord:
    """What an everyday word means to this firm; an empty phase lets a person decide each time."""
    key = squeeze(word)[:30]
    if not key:
        raise Refusal(_("请填写阶段的说法。"))
    if phase and phase not in Phase.values:
        raise Refusal(_("请选择一个阶段。"))
    known = DEFAULT_STAGES.get(key)
    node = node or (known.node if known and known.phase == phase else "")
    taught, __ = StageWord.objects.update_or_create(
        word=key, defaults={"phase": phase, "node": clean_text(node)[:30], "by": by, "at": timezone.now()}
    )
    return taught


def words_in(layouts: Iterable[SheetLayout]) -> list[dict[str, Any]]:
    """Each stage word of the sheets taken in with what it means now, the unknown ones first."""
    known, counted = stage_words(), Counter[str]()
    for layout in layouts:
        if layout.taken:
            counted.update({squeeze(word): rows for word, rows in layout.words.items()})
    found = [{"word": word, "rows": rows, "stage": known.get(word)} for word, rows in counted.items() if word]
    return sorted(found, key=lambda entry: (entry["stage"] is not None, -int(str(entry["rows"]))))
