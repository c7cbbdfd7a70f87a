"""Uploads: what is hostile is refused whole and leaves nothing behind; what is sound becomes a set."""

import io
import stat
import zipfile

import pytest
from PIL import Image

from workbench.domain.errors import ManifestError, UsageError
from workbench.jobs.open_set import open_set
from workbench.jobs.upload_set import Upload, upload_set


def photo(colour="red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 40), colour).save(out, "JPEG")
    return out.getvalue()


def archive(members, *, compression=zipfile.ZIP_STORED) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as file:
        for name, data in members:
            file.writestr(name, data)
    out.seek(0)
    return out


def send(settings, *files, name="spring"):
    uploads = [Upload(name=n, file=io.BytesIO(d) if isinstance(d, bytes) else d) for n, d in files]
    return upload_set(uploads, name=name, settings=settings)


def left(settings):
    home = settings.workspace / "uploads"
    return sorted(path.name for path in home.iterdir()) if home.exists() else []


def test_photos_a_zip_and_a_manifest_become_a_set(settings):
    members = [("shoes/", b""), ("shoes/b ü.jpg", photo("blue")), ("shoes/deep/c.jpg", photo("green")),
               ("__MACOSX/shoes/._b.jpg", b"x"), ("shoes/read me.txt", b"hello")]  # fmt: skip
    made = send(settings, ("photos.zip", archive(members)), name="Spring / shoes!")
    assert made.folder == settings.workspace / "uploads" / made.name and made.photos == 2
    assert made.name == "Spring-shoes" and made.left_out == ("shoes/read me.txt",)
    assert [p.relative_path for p in open_set(str(made.folder), settings=settings).photos] == ["b ü.jpg", "deep/c.jpg"]

    sheet = b"image_id,path,category\n1,a.jpg,apparel\n"
    second = send(settings, ("list.csv", sheet), ("a.jpg", photo()), name="Spring / shoes!")
    assert second.name == "Spring-shoes-2" and second.has_manifest, "the first one is never overwritten"
    (row,) = open_set(str(second.folder), settings=settings).photos
    assert (row.image_id, row.category) == ("1", "apparel")
    assert left(settings) == ["Spring-shoes", "Spring-shoes-2"]


def test_an_uploaded_manifest_names_no_file_of_the_server(settings, tmp_path):
    secret = tmp_path / "secret.jpg"  # below a root that sets may come from
    secret.write_bytes(photo())
    made = send(
        settings, ("manifest.csv", f"path\n{secret}\n../../../secret.jpg\na.jpg\n".encode()), ("a.jpg", photo())
    )
    found = open_set(str(made.folder), settings=settings)
    assert [p.relative_path for p in found.photos] == ["a.jpg"]
    assert all("lies outside the set" in row.reason for row in found.refused) and len(found.refused) == 2


def link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


@pytest.mark.parametrize(
    ("member", "words"),
    [
        (("../../evil.jpg", b"x"), "leads outside"),
        (("/etc/evil.jpg", b"x"), "leads outside"),
        (("C:/evil.jpg", b"x"), "leads outside"),
        (("a/..\\..\\evil.jpg", b"x"), "leads outside"),
        ((link("passwd.jpg"), b"/etc/passwd"), "is a link"),
    ],
)
def test_a_hostile_member_refuses_the_whole_archive(settings, tmp_path, member, words):
    with pytest.raises(UsageError, match=words):
        send(settings, ("ok.jpg", photo()), ("set.zip", archive([("good.jpg", photo()), member])))
    assert left(settings) == []
    assert not list(tmp_path.rglob("evil*")) and not list(tmp_path.rglob("passwd*"))


def test_a_bomb_is_refused_by_what_it_says_and_by_what_it_is(settings):
    bomb = archive([("zeros.tif", bytes(30_000_000))], compression=zipfile.ZIP_DEFLATED)
    with pytest.raises(UsageError, match="times its size"):
        send(settings, ("bomb.zip", bomb))
    data = archive([("liar.tif", bytes(30_000_000))], compression=zipfile.ZIP_DEFLATED).getvalue()
    lying = data.replace((30_000_000).to_bytes(4, "little"), (40_000).to_bytes(4, "little"))
    with pytest.raises(UsageError, match="larger than it says|cannot be read"):
        send(settings, ("liar.zip", io.BytesIO(lying)))
    assert left(settings) == []


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([("notes.txt", b"hello")], "holds no photo"),
        ([("broken.zip", b"PK\x03\x04 and then nothing")], "cannot be read"),
        ([("a.jpg", b"1"), ("a.jpg", b"2")], "two files called 'a.jpg'"),
        ([("one.csv", b"path\n"), ("two.csv", b"path\n")], "there are 2 tables"),
    ],
)
def test_what_makes_no_set_is_a_clear_error(settings, files, words):
    with pytest.raises((UsageError, ManifestError), match=words):
        send(settings, *files)
    assert left(settings) == []


def test_a_name_that_leads_elsewhere_is_cut_to_its_end(settings, tmp_path):
    made = send(settings, ("../../../x.jpg", photo()), ("..\\y.jpg", photo("blue")), name="../../up")
    assert sorted(p.name for p in made.folder.iterdir()) == ["x.jpg", "y.jpg"]
    assert made.folder.parent == settings.workspace / "uploads" and made.name == "up"
