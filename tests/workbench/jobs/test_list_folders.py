"""The folder picker: nothing above or beside the allowed roots, links followed first."""

import pytest

from workbench.domain.errors import UsageError
from workbench.jobs.list_folders import list_folders, within_roots


@pytest.fixture
def tree(tmp_path, settings):
    """Roots are the temporary folder; a link in it leads out."""
    (tmp_path / "photos" / "deep").mkdir(parents=True)
    (tmp_path / "photos" / ".hidden").mkdir()
    for name in ("a.jpg", "b.TIF", "notes.txt", "manifest.csv"):
        (tmp_path / "photos" / name).write_bytes(b"x")
    (tmp_path / "photos" / "out").symlink_to("/etc")
    return tmp_path


def test_roots_first_then_what_is_in_them(tree, settings):
    assert list_folders(None, settings).folders == (tree.resolve(),)
    found = list_folders(str(tree / "photos"), settings)
    assert [path.name for path in found.folders] == ["deep"], "neither what is hidden nor what leads out"
    assert (found.photos, found.manifest, found.parent) == (2, "manifest.csv", tree.resolve())
    assert list_folders(str(tree), settings).parent is None, "there is no way above a root"


@pytest.mark.parametrize("path", ["/etc", "photos/out", "photos/../..", "/nowhere", "x\0y"])
def test_what_lies_outside_is_refused(tree, settings, path):
    given = path if path.startswith("/") else f"{tree}/{path}"
    with pytest.raises(UsageError, match="outside|no such|cannot be read"):
        list_folders(given, settings)


def test_a_relative_path_is_refused(settings):
    with pytest.raises(UsageError, match="not an absolute path"):
        within_roots("photos", settings)
