import pytest

from workbench.domain.whole_file import write_whole


def test_a_file_is_whole_or_as_it_was(tmp_path):
    target = tmp_path / "new" / "figures.json"
    write_whole(target, lambda part: part.write_text("first"))
    assert target.read_text() == "first"

    def breaks_off(part):
        part.write_text("half of")
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="disk is full"):
        write_whole(target, breaks_off)
    assert target.read_text() == "first" and list(target.parent.iterdir()) == [target]
