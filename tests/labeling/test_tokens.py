"""Kinds of token are told apart before anything is sent."""

import base64
import json

import pytest

from labeling.personal_token import access_token, token_kind
from workbench.domain.errors import LabelingError


def jwt(**payload):
    body = base64.urlsafe_b64encode(json.dumps(payload).encode()).decode().rstrip("=")
    return f"head.{body}.signature"


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        (jwt(token_type="refresh", user_id=1), "personal"),
        (jwt(token_type="access"), "access"),
        (jwt(user=1), "unknown"),
        ("0123456789abcdef0123456789abcdef01234567", "legacy"),
        ("secret", "unknown"),
        ("a.b!.c", "unknown"),
    ],
)
def test_kinds(token, kind):
    assert token_kind(token) == kind
    if kind != "personal":
        with pytest.raises(LabelingError, match="a personal token"):
            access_token("http://127.0.0.1:9", token)
