"""Small tables: text from outside is escaped, our own markup is not."""

from workbench.app.table import Html, table


def test_texts_are_escaped_and_markup_is_kept() -> None:
    html = table(("<Name>", "n"), [("<img src=x onerror=alert(1)>", Html("<b>1</b>"))], right=(1,), keep=(0,))
    assert "<img" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html
    assert '<th class="wb-keep">&lt;Name&gt;</th>' in html
    assert '<td class="wb-right"><b>1</b></td>' in html


def test_without_titles_there_is_no_head() -> None:
    assert "<thead" not in table((), [("a",)])
