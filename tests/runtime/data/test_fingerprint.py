"""Checksums of arrays."""

import hashlib

import numpy as np

from runtime.data.fingerprint import ArrayDigest, digest, fingerprint


def test_a_fingerprint_can_be_computed_by_hand() -> None:
    array = np.arange(6, dtype=np.uint8).reshape(2, 3)
    digests = {"b": digest(array), "a": digest(array.ravel())}
    content = hashlib.sha256(bytes(range(6))).hexdigest()
    text = f"a uint8 6 {content}\nb uint8 2x3 {content}\n"
    assert fingerprint(digests) == hashlib.sha256(text.encode()).hexdigest()
    assert digests["b"] == ArrayDigest((2, 3), "uint8", content)
