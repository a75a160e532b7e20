from django.conf import settings
from django.utils import translation

from config import tables


def test_the_page_of_tables_is_up_to_date():
    with translation.override("zh-hans"):
        wanted = tables.describe()
    page = settings.BASE_DIR / "docs" / "tables.md"
    assert page.read_text(encoding="utf-8") == wanted, "run: bin/manage describe_tables"
