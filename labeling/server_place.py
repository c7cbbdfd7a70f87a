"""Where Label Studio lives in a workspace: its environment, its data, the only folder it may serve, and the account."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from workbench.domain.errors import LabelingError

LOOPBACK = "127.0.0.1"
OWNER = "workbench@localhost.local"  # Label Studio refuses an address without a dot
_OWNER_ONLY = 0o600
_SECRET = "SECRET_KEY="


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who the workbench is on the server. ``token`` is the personal token, None until one was made."""

    url: str
    email: str
    password: str
    token: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerPlace:
    """One server's folder. ``environment`` may lie elsewhere, so that several workspaces share one install."""

    home: Path
    environment: Path
    port: int

    @property
    def url(self) -> str:
        """Where it answers: on this machine only."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def data(self) -> Path:
        """Label Studio's database and secret key."""
        return self.home / "data"

    @property
    def crops(self) -> Path:
        """The only folder whose files it may show; a project sees its own sub-folder."""
        return self.home / "crops"

    @property
    def secret_file(self) -> Path:
        """The key that signs Label Studio's tokens; only its owner may read it."""
        return self.data / ".env"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.home / "server.log"

    @property
    def process_file(self) -> Path:
        """Which process it is, and since when."""
        return self.home / "server.json"

    @property
    def account_file(self) -> Path:
        """Address, password and token; only its owner may read it."""
        return self.home / "account.json"

    def make(self) -> None:
        """Make the folders; none but the owner looks into them."""
        for folder in (self.home, self.data, self.crops):
            folder.mkdir(parents=True, exist_ok=True)
        self.home.chmod(0o700)

    def account(self) -> Account | None:
        """The account on file, None before the first start.

        Raises:
            LabelingError: The file can be read by others, or says something else.
        """
        if not self.account_file.exists():
            return None
        if self.account_file.stat().st_mode & 0o077:
            raise LabelingError(
                "other users of this machine can read it", where=str(self.account_file), allowed="mode 600 (chmod 600)"
            )
        try:
            return Account(**json.loads(self.account_file.read_text(encoding="utf-8")))
        except (ValueError, TypeError) as error:
            raise LabelingError(
                f"it cannot be read: {error}", where=str(self.account_file), allowed="what `label serve` wrote"
            ) from error

    def keep(self, account: Account) -> None:
        """Write the account, whole or not at all, readable by its owner from the first byte."""
        _write_for_owner(self.account_file, json.dumps(asdict(account), indent=1))

    def keep_secret(self) -> bool:
        """Write the key that signs tokens, unless there is one that is read back; True when one was replaced.

        Label Studio draws its own, but loses one that begins with ``$`` when it starts again, and with it every token.
        """
        there = self.secret_file.read_text(encoding="utf-8") if self.secret_file.exists() else ""
        keys = [line.removeprefix(_SECRET) for line in there.splitlines() if line.startswith(_SECRET)]
        if keys and keys[0][:1] not in ("", "$", "#"):
            return False
        _write_for_owner(self.secret_file, f"{_SECRET}{secrets.token_hex(32)}\n")
        return bool(keys)

    def new_account(self) -> Account:
        """An account with a password nobody has seen."""
        return Account(url=self.url, email=OWNER, password=secrets.token_urlsafe(24))


def _write_for_owner(file: Path, text: str) -> None:
    """Write it whole or not at all, readable by its owner from the first byte."""
    partial = file.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY), "w", encoding="utf-8") as out:
        out.write(text)
    partial.replace(file)
