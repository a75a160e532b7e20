"""The English is complete: every sentence the code can say is in the catalogue, with its placeholders."""

from config import translations


def test_every_sentence_has_its_english():
    assert translations.gaps() == []


def test_sentences_are_found_in_python_and_in_templates(tmp_path):
    python = tmp_path / "words.py"
    python.write_text('label = _("客户")\nmany = ngettext("%(n)s 位", "%(n)s 位们", n)\n', encoding="utf-8")
    page = tmp_path / "page.html"
    page.write_text(
        '{% translate "回访" %}{% blocktranslate with n=x trimmed %}还有 {{ n }} 通{% endblocktranslate %}',
        encoding="utf-8",
    )

    assert {s.text for s in translations.sentences_of(python)} == {"客户", "%(n)s 位"}
    assert {s.text for s in translations.sentences_of(page)} == {"回访", "还有 %(n)s 通"}
