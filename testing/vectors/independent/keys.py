"""K-1 to K-4: keys and the one verification equation."""

from canonical import canonical
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
from digests import sha256
from forms import DIGEST256, base64url_of, one_of, record
from refusal import Refusal, require
from texts import b64url, unbase64

P25519 = 2**255 - 19
# y of the points whose order divides 8: 1, 2, 4, 8 and 8.
SMALL_Y = {
    1,
    P25519 - 1,
    0,
    0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
    P25519 - 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
}
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def is_sound_point(encoded):
    """K-4: y below p (the points with x = 0 are of small order, whatever their sign bit), not of small order."""
    y = int.from_bytes(encoded, "little") & (2**255 - 1)
    return y < P25519 and y not in SMALL_Y


def number(value):
    return int.from_bytes(unbase64(value), "big")


EC_FORM = record({"crv": one_of("P-256"), "kty": one_of("EC"), "x": DIGEST256, "y": DIGEST256})
OKP_FORM = record({"crv": one_of("Ed25519"), "kty": one_of("OKP"), "x": DIGEST256})
RSA_FORM = record({"e": one_of("AQAB"), "kty": one_of("RSA"), "n": base64url_of(1, 512)})


def jwk(value):
    """K-3; the key as the library has it."""
    require(isinstance(value, dict), "codec/type", value)
    require("kty" in value, "codec/missing-member", "kty")
    require(value["kty"] in ("EC", "OKP", "RSA"), "codec/value", value["kty"])
    {"EC": EC_FORM, "OKP": OKP_FORM, "RSA": RSA_FORM}[value["kty"]](value)
    try:
        if value["kty"] == "EC":
            return ec.EllipticCurvePublicNumbers(number(value["x"]), number(value["y"]), ec.SECP256R1()).public_key()
        if value["kty"] == "OKP":
            require(is_sound_point(unbase64(value["x"])), "keys/point")
            return ed25519.Ed25519PublicKey.from_public_bytes(unbase64(value["x"]))
    except ValueError:
        raise Refusal("keys/point") from None
    modulus = unbase64(value["n"])
    require(256 <= len(modulus) <= 512 and modulus[0] >= 0x80 and modulus[-1] % 2 == 1, "keys/modulus")
    return rsa.RSAPublicNumbers(65537, number(value["n"])).public_key()


def raw_key(raw):
    """K-8: a JWK from its bare bytes."""
    if len(raw) == 32:
        value = {"crv": "Ed25519", "kty": "OKP", "x": b64url(raw)}
    elif len(raw) == 64:
        value = {"crv": "P-256", "kty": "EC", "x": b64url(raw[:32]), "y": b64url(raw[32:])}
    else:
        require(len(raw) >= 256, "keys/raw", len(raw))
        value = {"e": "AQAB", "kty": "RSA", "n": b64url(raw)}
    jwk(value)
    return value


def kid_of(key):
    return b64url(sha256(canonical(key)))


def algorithm_of(key):
    return {"EC": "ES256", "OKP": "EdDSA", "RSA": "RS384"}[key["kty"]]


def is_true(key, message, signature):
    """K-4."""
    public = jwk(key)
    try:
        if key["kty"] == "OKP":
            if len(signature) != 64 or not is_sound_point(signature[:32]):
                return False
            public.verify(signature, message)
        elif key["kty"] == "EC":
            r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
            if len(signature) != 64 or not 0 < r < P256_ORDER or not 0 < s <= (P256_ORDER - 1) // 2:
                return False
            public.verify(utils.encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
        else:
            if len(signature) != len(unbase64(key["n"])):
                return False
            public.verify(signature, message, padding.PKCS1v15(), hashes.SHA384())
    except InvalidSignature:
        return False
    return True
