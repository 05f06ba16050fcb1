"""Ed25519 signatures of the head of the change log: who vouches for it. What is signed is `store.head.head_bytes`.

Keys are PEM files as `openssl genpkey -algorithm ed25519` writes them.
"""

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from store.head import Head, head_bytes


class SignatureError(Exception):
    """A key, a signature or a head that cannot be used; one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedHead:
    """A head with the signature of its canonical form."""

    head: Head
    signature: bytes
    """64 bytes."""
    public_key: bytes
    """The 32 bytes of the signer's key: a hint which one it is, never a reason to trust it."""

    def as_json(self) -> dict[str, object]:
        """The head's fields, `signature` and `public_key` in base64."""
        more = {"signature": b64encode(self.signature).decode(), "public_key": b64encode(self.public_key).decode()}
        return self.head.as_json() | more


def new_key() -> tuple[bytes, bytes]:
    """A new private key and its public key, both PEM, the private one without a passphrase."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def sign_head(key_pem: bytes, head: Head) -> SignedHead:
    """The head, signed. Raises SignatureError for what is no Ed25519 private key in PEM without a passphrase."""
    try:
        key = load_pem_private_key(key_pem, password=None)
    except (ValueError, TypeError) as error:
        raise SignatureError("The signing key is no private key in PEM without a passphrase.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SignatureError("The signing key is no Ed25519 key: `missionwatch verify --new-key FILE` makes one.")
    return SignedHead(
        head=head,
        signature=key.sign(head_bytes(head)),
        public_key=key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw),
    )


def verify_head(signed: SignedHead, public_pem: bytes) -> None:
    """Raises SignatureError unless the head was signed with the private key that belongs to this public one (PEM)."""
    try:
        key = load_pem_public_key(public_pem)
    except ValueError as error:
        raise SignatureError("The public key is no public key in PEM.") from error
    if not isinstance(key, Ed25519PublicKey):
        raise SignatureError("The public key is no Ed25519 key.")
    try:
        key.verify(signed.signature, head_bytes(signed.head))
    except InvalidSignature as error:
        raise SignatureError(f"The head of change {signed.head.number} was not signed with this key.") from error


def parse_head(text: str) -> Head | SignedHead:
    """The head in the JSON that `as_json` gave. Raises SignatureError for anything else."""
    try:
        said: dict[str, Any] = json.loads(text)
        moment = datetime.fromisoformat(said["detected"])
        head = Head(number=int(said["number"]), hash=bytes.fromhex(said["hash"]).hex(), moment=moment)
        if head.as_json() != {name: said[name] for name in ("number", "hash", "detected")}:
            raise ValueError("not in canonical form")
        if "signature" not in said:
            return head
        return SignedHead(
            head=head,
            signature=b64decode(said["signature"], validate=True),
            public_key=b64decode(said.get("public_key", ""), validate=True),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SignatureError(f"This is no head of a change log ({type(error).__name__}: {error}).") from error
