"""The App shows the workspace's pictures to this machine's browser, and no other file to nobody else."""

import httpx

from workbench.inspection.slice_pictures import SLICES
from workbench.inspection.start_app import address_of, start_app
from workbench.jobs.inspect_images import Chosen, inspect_images
from workbench.jobs.inspection_place import inspection_place


def test_it_shows_our_pictures_and_no_other_file(inspected, tmp_path):
    place = inspection_place(inspected)
    inspect_images(Chosen(), inspected)
    address = start_app(place)
    assert start_app(place) == address
    picture = next(place.media.rglob("*.webp"))
    with httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
        assert client.get("/media", params={"filepath": str(picture)}).status_code == 200
        secret = tmp_path / "secret.txt"
        secret.write_text("secret")
        for path in (str(secret), f"{place.media}/../../lake/catalogue.sqlite", "/etc/hostname", ""):
            assert client.get("/media", params={"filepath": path}).status_code == 404
        assert client.get("/", headers={"host": "evil.example"}).status_code == 404
        assert client.post("/operators", headers={"origin": "http://evil.example"}, json={}).status_code == 404
        page = client.get(address_of("", "workbench"))
        assert page.status_code == 200 and "default-src 'self'" in page.headers["content-security-policy"]
        assert page.text.count("enterprise-tooltip-seen") == 1 and page.text.rstrip().endswith("</html>")
    assert len(SLICES) == 4
