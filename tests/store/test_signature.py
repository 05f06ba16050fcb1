"""A signed head is checked against a key that is known from elsewhere; nothing in it can be altered."""

import json
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from store.head import Head, head_bytes
from store.signature import SignatureError, SignedHead, new_key, parse_head, sign_head, verify_head

HEAD = Head(number=17, hash="ab" * 32, moment=datetime(2026, 3, 2, 9, 30, 0, 125_000, tzinfo=UTC))


def test_the_canonical_form_is_kept_for_ever() -> None:
    assert head_bytes(HEAD) == (
        b'missionwatch-head/1\n{"detected":"2026-03-02T09:30:00.125Z","hash":"' + b"ab" * 32 + b'","number":17}'
    )


def test_a_signature_is_that_of_the_standard() -> None:
    """RFC 8032 §5.1 is deterministic: the same key and head give the same 64 bytes in any implementation."""
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    signed = sign_head(pem, HEAD)
    assert signed.signature == key.sign(head_bytes(HEAD))
    assert signed.public_key.hex() == "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"


def test_a_signed_head_holds_and_survives_its_json() -> None:
    private, public = new_key()
    signed = sign_head(private, HEAD)
    verify_head(signed, public)
    assert parse_head(json.dumps(signed.as_json())) == signed
    assert parse_head(json.dumps(HEAD.as_json())) == HEAD


@pytest.mark.parametrize(
    "altered",
    [
        {"number": 18},
        {"hash": "ab" * 31 + "ac"},
        {"moment": datetime(2026, 3, 2, 9, 30, 0, 126_000, tzinfo=UTC)},
    ],
)
def test_nothing_of_it_can_be_altered(altered: dict[str, object]) -> None:
    private, public = new_key()
    signed = sign_head(private, HEAD)
    with pytest.raises(SignatureError, match="was not signed with this key"):
        verify_head(replace(signed, head=replace(HEAD, **altered)), public)  # type: ignore[arg-type]


def test_the_key_in_a_head_is_not_what_it_is_checked_against() -> None:
    forger, _ = new_key()
    _, public = new_key()
    with pytest.raises(SignatureError, match="was not signed with this key"):
        verify_head(sign_head(forger, HEAD), public)


def test_keys_of_another_kind_are_refused() -> None:
    private, public = new_key()
    other = X25519PrivateKey.generate()
    pem = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public_pem = other.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for key, sentence in ((pem, "no Ed25519 key"), (public, "no private key"), (b"", "no private key")):
        with pytest.raises(SignatureError, match=sentence):
            sign_head(key, HEAD)
    for key, sentence in ((public_pem, "no Ed25519 key"), (private, "no public key")):
        with pytest.raises(SignatureError, match=sentence):
            verify_head(sign_head(private, HEAD), key)
    assert load_pem_private_key(private, password=None)


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "17", "{}", '{"number": 17}'),
        json.dumps(HEAD.as_json() | {"hash": "xyz"}),
        json.dumps(HEAD.as_json() | {"detected": "2026-03-02 09:30:00.125+00:00"}),
        json.dumps(HEAD.as_json() | {"signature": "%"}),
        json.dumps(HEAD.as_json() | {"signature": b64encode(b"x").decode(), "public_key": 1}),
    ],
)
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(SignatureError, match="This is no head"):
        parse_head(text)


def test_a_signature_of_the_wrong_length_is_a_wrong_one() -> None:
    _, public = new_key()
    with pytest.raises(SignatureError):
        verify_head(SignedHead(head=HEAD, signature=b"short", public_key=b""), public)
