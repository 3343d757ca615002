"""The one hash function of most formulas."""

import hashlib


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()
