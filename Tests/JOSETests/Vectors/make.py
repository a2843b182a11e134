#!/usr/bin/env python3
"""Writes cases.jsonl: tokens and keys, right and wrong in every way that is known to have fooled somebody.

    python3 make.py > cases.jsonl          (needs the package `cryptography`)

Each line is a case as `mainstay tokens verify --lines` reads it: {"comment", "jwk" or "jwks",
"token", "result": "valid" or "invalid"}. Signatures are made here with plain arithmetic where a
library would refuse to make them so wrong. Keys come from a fixed seed, so that a run changes no more
than the random parts of signatures.
"""

import base64
import hashlib
import hmac
import json
import os

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils

PAYLOAD = b'{"sub":"somebody"}'


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value: int, size: int | None = None) -> str:
    return b64(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


def stream(seed: str):
    counter = 0
    while True:
        yield hashlib.sha512(f"{seed} {counter}".encode()).digest()
        counter += 1


def is_prime(n: int) -> bool:
    if n % 2 == 0 or any(n % p == 0 for p in range(3, 2000, 2) if n != p):
        return False
    d, r = n - 1, 0
    while d % 2 == 0:
        d, r = d // 2, r + 1
    for base in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37):
        x = pow(base, d, n)
        if x in (1, n - 1):
            continue
        for _ in range(r - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


def prime(seed: str, bits: int, shape=lambda n: n) -> int:
    source = stream(seed)
    while True:
        data = b"".join(next(source) for _ in range((bits + 511) // 512))
        n = int.from_bytes(data, "big") >> (len(data) * 8 - bits)
        n = shape(n | (3 << (bits - 2)) | 1)
        if is_prime(n) and (n - 1) % 65537:
            return n


class RSA:
    def __init__(self, p: int, q: int, e: int = 65537):
        self.n, self.e = p * q, e
        self.d = pow(e, -1, (p - 1) * (q - 1)) if e > 1 else 1
        self.size = (self.n.bit_length() + 7) // 8
        numbers = rsa.RSAPublicNumbers(self.e, self.n)
        if e > 1:
            self.key = rsa.RSAPrivateNumbers(
                p, q, self.d, self.d % (p - 1), self.d % (q - 1), pow(q, -1, p), numbers
            ).private_key()

    def jwk(self, **members) -> dict:
        return {"kty": "RSA", "n": number(self.n), "e": number(self.e), **members}

    def raw(self, block: bytes) -> bytes:
        return pow(int.from_bytes(block, "big"), self.d, self.n).to_bytes(self.size, "big")


RSA_2048 = RSA(prime("p", 1024), prime("q", 1024))
RSA_3072 = RSA(prime("p3", 1536), prime("q3", 1536))
RSA_1024 = RSA(prime("small p", 512), prime("small q", 512))
CURVES = {
    "ES256": ("P-256", ec.SECP256R1(), 32, hashes.SHA256()),
    "ES384": ("P-384", ec.SECP384R1(), 48, hashes.SHA384()),
    "ES512": ("P-521", ec.SECP521R1(), 66, hashes.SHA512()),
}
ORDER = {
    "ES256": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    "ES384": int("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF"
                 "581A0DB248B0A77AECEC196ACCC52973", 16),
    "ES512": int("1" + "F" * 64 + "FA51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409", 16),
}
SECRET = hashlib.sha512(b"secret").digest()
EC_KEYS = {
    name: ec.derive_private_key(int.from_bytes(hashlib.sha256(name.encode()).digest()[:31], "big"), curve[1])
    for name, curve in CURVES.items()
}
EDWARDS = ed25519.Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"edwards").digest())
HASHES = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}


def ec_jwk(name: str, /, **members) -> dict:
    crv, _, size, _ = CURVES[name]
    point = EC_KEYS[name].public_key().public_numbers()
    return {"kty": "EC", "crv": crv, "x": number(point.x, size), "y": number(point.y, size), **members}


def jwk(alg: str, /, **members) -> dict:
    if alg.startswith("HS"):
        return {"kty": "oct", "k": b64(SECRET), **members}
    if alg.startswith("ES"):
        return ec_jwk(alg, **members)
    if alg == "EdDSA":
        x = EDWARDS.public_key().public_bytes_raw()
        return {"kty": "OKP", "crv": "Ed25519", "x": b64(x), **members}
    return RSA_2048.jwk(**members)


def sign(alg: str, text: bytes, key: RSA = RSA_2048) -> bytes:
    if alg.startswith("HS"):
        return hmac.new(SECRET, text, f"sha{alg[2:]}").digest()
    if alg == "EdDSA":
        return EDWARDS.sign(text)
    if alg.startswith("ES"):
        _, _, size, digest = CURVES[alg]
        r, s = utils.decode_dss_signature(EC_KEYS[alg].sign(text, ec.ECDSA(digest)))
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")
    digest = HASHES[alg[2:]]
    if alg.startswith("RS"):
        return key.key.sign(text, padding.PKCS1v15(), digest)
    return key.key.sign(text, padding.PSS(padding.MGF1(digest), digest.digest_size), digest)


def text(header: dict | bytes, payload: bytes = PAYLOAD) -> str:
    data = header if isinstance(header, bytes) else json.dumps(header, separators=(",", ":")).encode()
    return b64(data) + "." + b64(payload)


def token(header: dict | bytes, alg: str, payload: bytes = PAYLOAD, key: RSA = RSA_2048) -> str:
    signed = text(header, payload)
    return signed + "." + b64(sign(alg, signed.encode(), key))


def case(comment: str, key: dict, token: str, valid: bool = False) -> None:
    kind = "jwks" if "keys" in key else "jwk"
    print(json.dumps({
        "comment": comment, kind: key, "token": token, "result": "valid" if valid else "invalid",
    }, ensure_ascii=False))


ALGORITHMS = ["HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512",
              "ES256", "ES384", "ES512", "EdDSA"]


def shapes(alg: str) -> None:
    """Whole tokens, right and broken."""
    key = jwk(alg, kid="k", alg=alg, use="sig")
    good = token({"alg": alg, "kid": "k"}, alg)
    head, body, mark = good.split(".")
    raw = base64.urlsafe_b64decode(mark + "==")
    case(f"{alg}: right", key, good, True)
    case(f"{alg}: right, the key without alg, use and kid", jwk(alg), good, True)
    case(f"{alg}: right, with an empty payload", key, token({"alg": alg, "kid": "k"}, alg, b""), True)
    case(f"{alg}: right, no kid in the token", key, token({"alg": alg}, alg), True)
    case(f"{alg}: right, white space in the header's JSON", key,
         token(b'{ "alg" :\n"%s" }' % alg.encode(), alg), True)
    for name, changed in {
        "the first byte of the signature changed": bytes([raw[0] ^ 1]) + raw[1:],
        "the last byte of the signature changed": raw[:-1] + bytes([raw[-1] ^ 1]),
        "the signature cut": raw[:-1],
        "the signature cut in half": raw[: len(raw) // 2],
        "the signature with a zero after it": raw + b"\0",
        "the signature with a zero before it": b"\0" + raw,
        "the signature twice": raw + raw,
        "a signature of zeros": bytes(len(raw)),
        "an empty signature": b"",
    }.items():
        case(f"{alg}: {name}", key, f"{head}.{body}.{b64(changed)}")
    for name, whole in {
        "no signature and no separator": f"{head}.{body}",
        "no payload": f"{head}..{mark}",
        "no payload and no separator": f"{head}.{mark}",
        "no header": f".{body}.{mark}",
        "no header and no separator": f"{body}.{mark}",
        "a fourth part that is empty": good + ".",
        "a fourth part": good + ".Zm9v",
        "five parts": good + ".Zm9v.Zm9v",
        "the payload of another token": f"{head}.{b64(b'{}')}.{mark}",
        "the header of another token": f"{b64(json.dumps({'alg': alg}).encode())}.{body}.{mark}",
        "white space before it": " " + good,
        "white space after it": good + " ",
        "a line feed after it": good + "\n",
        "padding after the signature": good + "=",
        "padding after the payload": f"{head}.{body}==.{mark}",
        "a question mark in the header": f"{head[:-1]}?{head[-1]}.{body}.{mark}",
        "a question mark after the payload": f"{head}.{body}?.{mark}",
        "a letter from beyond ASCII": f"{head}.{body}.{mark[:-1]}\u00e9",
        "a NUL after it": good + "\0",
        "the JSON serialization": json.dumps({"payload": body, "protected": head, "signature": mark}),
        "quotation marks around it": f'"{good}"',
    }.items():
        case(f"{alg}: {name}", key, whole)
    if len(raw) % 3:
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        case(f"{alg}: unused bits of the signature set", key,
             good[:-1] + letters[letters.index(good[-1]) | 1])


def headers(alg: str) -> None:
    """Headers that talk the verifier into something."""
    key = jwk(alg, kid="k", alg=alg)
    other = next(name for name in ALGORITHMS if name[:2] != alg[:2])
    for name in ["none", "None", "NONE", "nOnE", "", "HS1", alg.lower() if alg.lower() != alg else "x",
                 other, "null"]:
        for kid in ({}, {"kid": "k"}):
            case(f"{alg}: alg {name!r} {kid or 'without kid'}, signed", key,
                 token({"alg": name, **kid}, alg))
            case(f"{alg}: alg {name!r} {kid or 'without kid'}, no signature", key,
                 text({"alg": name, **kid}) + ".")
    bodies = {
        "no alg": b'{"kid":"k"}',
        "alg is null": b'{"alg":null}',
        "alg is a list": b'{"alg":["%s"]}' % alg.encode(),
        "alg is an object": b'{"alg":{"x":"%s"}}' % alg.encode(),
        "alg twice, the right one first": b'{"alg":"%s","alg":"none"}' % alg.encode(),
        "alg twice, the right one last": b'{"alg":"none","alg":"%s"}' % alg.encode(),
        "alg twice, alike": b'{"alg":"%s","alg":"%s"}' % (alg.encode(), alg.encode()),
        "alg twice, one escaped": b'{"alg":"%s","\\u0061lg":"none"}' % alg.encode(),
        "kid is a number": b'{"alg":"%s","kid":1}' % alg.encode(),
        "kid is null": b'{"alg":"%s","kid":null}' % alg.encode(),
        "another kid": b'{"alg":"%s","kid":"other"}' % alg.encode(),
        "kid is a path": b'{"alg":"%s","kid":"../../dev/null"}' % alg.encode(),
        "kid is SQL": b'{"alg":"%s","kid":"x\' UNION SELECT \'k"}' % alg.encode(),
        "typ is a number": b'{"alg":"%s","typ":1}' % alg.encode(),
        "crit names an unknown extension": b'{"alg":"%s","crit":["exp"],"exp":1}' % alg.encode(),
        "crit is empty": b'{"alg":"%s","crit":[]}' % alg.encode(),
        "crit is a string": b'{"alg":"%s","crit":"b64"}' % alg.encode(),
        "b64 is false": b'{"alg":"%s","b64":false,"crit":["b64"]}' % alg.encode(),
        "b64 without crit": b'{"alg":"%s","b64":false}' % alg.encode(),
        "a list": b'[{"alg":"%s"}]' % alg.encode(),
        "a string": b'"%s"' % alg.encode(),
        "text after it": b'{"alg":"%s"}x' % alg.encode(),
        "a comma too many": b'{"alg":"%s",}' % alg.encode(),
        "a comment": b'{"alg":"%s"/**/}' % alg.encode(),
        "single quotes": b"{'alg':'%s'}" % alg.encode(),
        "a byte order mark": b'\xef\xbb\xbf{"alg":"%s"}' % alg.encode(),
        "UTF-16": b'{"alg":"%s"}'.decode().replace("%s", alg).encode("utf-16-le"),
        "invalid UTF-8": b'{"alg":"%s","x":"\xff"}' % alg.encode(),
        "a lone surrogate": b'{"alg":"%s","x":"\\ud800"}' % alg.encode(),
        "nested deeply": b'{"alg":"%s","x":%s}' % (alg.encode(), b"[" * 500 + b"]" * 500),
        "very long": b'{"alg":"%s","x":"%s"}' % (alg.encode(), b"x" * 5000),
        "empty": b"",
    }
    for name, body in bodies.items():
        case(f"{alg}: header: {name}", key, token(body, alg))


def own_keys() -> None:
    """Tokens that bring the key they want to be verified with."""
    attacker = RSA_3072
    for alg in ("RS256", "PS256"):
        for name, members in {
            "jwk": {"jwk": attacker.jwk(kid="k", alg=alg)},
            "jku": {"jku": "https://attacker.example/jwks.json"},
            "x5u": {"x5u": "https://attacker.example/cert.pem"},
            "x5c": {"x5c": [base64.b64encode(b"certificate").decode()]},
        }.items():
            case(f"{alg}: signed by a key of its own, {name}", jwk(alg, kid="k", alg=alg),
                 token({"alg": alg, "kid": "k", **members}, alg, key=attacker))
            case(f"{alg}: signed by the right key, {name} is not looked at", jwk(alg, kid="k", alg=alg),
                 token({"alg": alg, "kid": "k", **members}, alg), True)


def confusion() -> None:
    """HS256 with what everybody knows of a public key as its secret."""
    public = RSA_2048.key.public_key()
    for alg, key in {"RS256": public, "ES256": EC_KEYS["ES256"].public_key(), "EdDSA": EDWARDS.public_key()}.items():
        members = jwk(alg, kid="k")
        spki = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        pem = key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        first = members.get("n") or members["x"]
        secrets = {
            "PEM": pem, "PEM without its last line feed": pem.rstrip(), "DER": spki,
            "JWK": json.dumps(members).encode(), "the first number": base64.urlsafe_b64decode(first + "=="),
            "the first number as text": first.encode(), "nothing": b"", "the kid": b"k",
        }
        for hs in ("HS256", "HS384", "HS512"):
            for name, secret in secrets.items():
                signed = text({"alg": hs, "kid": "k"})
                code = hmac.new(secret, signed.encode(), f"sha{hs[2:]}").digest()
                case(f"{alg}: {hs} with the public key as {name}", members, f"{signed}.{b64(code)}")


def elsewhere() -> None:
    """Signatures of the right key with another algorithm than the key's or the header's."""
    for mine in ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"):
        for other in ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"):
            if mine == other:
                continue
            key = jwk(mine, kid="k", alg=mine)
            case(f"{mine}: the key's alg, {other} header and signature", key, token({"alg": other, "kid": "k"}, other))
            case(f"{mine}: header, {other} signature", key, token({"alg": mine, "kid": "k"}, other))
    for mine in CURVES:
        for other in CURVES:
            if mine != other:
                case(f"{mine}: key, {other} header and signature", jwk(mine), token({"alg": other}, other))
                case(f"{mine}: key and header, {other} signature", jwk(mine), token({"alg": mine}, other))
    for mine in ("HS256", "HS384", "HS512"):
        for other in ("HS256", "HS384", "HS512"):
            if mine != other:
                case(f"{mine}: the key's alg, {other} header", jwk(mine, alg=mine), token({"alg": other}, other))


def ecdsa() -> None:
    for alg, (_, _, size, digest) in CURVES.items():
        n, key, signed = ORDER[alg], ec_jwk(alg, alg=alg), text({"alg": alg})
        der = EC_KEYS[alg].sign(signed.encode(), ec.ECDSA(digest))
        r, s = utils.decode_dss_signature(der)

        def mark(r: int, s: int, size: int = size) -> str:
            return f"{signed}.{b64(r.to_bytes(size, 'big') + s.to_bytes(size, 'big'))}"

        case(f"{alg}: s mirrored is a signature too", key, mark(r, n - s), True)
        case(f"{alg}: DER", key, f"{signed}.{b64(der)}")
        case(f"{alg}: r and s swapped", key, mark(s, r))
        case(f"{alg}: one byte longer each", key, mark(r, s, size + 1))
        case(f"{alg}: r beyond the order", key, mark(r + n, s, size + 1))
        case(f"{alg}: s beyond the order", key, mark(r, s + n, size + 1))
        case(f"{alg}: overflowing", key, mark(r + (1 << 256 * 8), s, 300))
        small = {"0": 0, "1": 1, "n-1": n - 1, "n": n}
        for first, one in small.items():
            for second, two in small.items():
                case(f"{alg}: r is {first}, s is {second}", key, mark(one, two))


OIDS = {
    "256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "384": bytes.fromhex("3041300d060960864801650304020205000430"),
    "512": bytes.fromhex("3051300d060960864801650304020305000440"),
}


def pkcs1() -> None:
    for bits, info in OIDS.items():
        alg, key = f"RS{bits}", RSA_2048
        signed = text({"alg": alg})
        digest = hashlib.new(f"sha{bits}", signed.encode()).digest()
        size, jwk = key.size, key.jwk(alg=alg)

        def block(info: bytes = info, tail: bytes = b"", kind: bytes = b"\0\1", fill: bytes = b"\xff",
                  length: int | None = None, separator: bytes = b"\0") -> bytes:
            end = separator + info + digest + tail
            wanted = size - len(kind) - len(end) if length is None else length
            return (kind + fill * wanted + end).ljust(size, b"\0")[:size]

        null = info.replace(b"\x05\x00", b"")
        no_null = bytes([null[0], null[1] - 2, null[2], null[3] - 2]) + null[4:]
        for name, data in {
            "block type 0": block(kind=b"\0\0"), "block type 2": block(kind=b"\0\2"),
            "first byte 1": block(kind=b"\1\1"), "padding of zeros": block(fill=b"\0"),
            "padding of 8 bytes, zeros after": block(length=8), "no padding, zeros after": block(length=0),
            "padding of 8 bytes, garbage after": block(length=8)[:len(info) + len(digest) + 11] + os.urandom(size - len(info) - len(digest) - 11),
            "no separator": block(separator=b""), "no NULL": block(info=no_null),
            "a byte after": block(tail=b"\0"), "garbage after": block(tail=os.urandom(40)),
            "another length of the digest": block(info=info[:-1] + bytes([info[-1] - 1])),
            "indefinite length": block(info=b"\x30\x80" + info[2:]),
            "long form of the length": block(info=b"\x30\x81" + info[1:]),
            "SHA-1 named": block(info=bytes.fromhex("3021300906052b0e03021a05000414")),
            "another hash named": block(info=OIDS["512" if bits != "512" else "256"]),
            "no DigestInfo": block(info=b""), "the digest changed": block()[:-1] + bytes([block()[-1] ^ 1]),
        }.items():
            case(f"{alg}: {name}", jwk, f"{signed}.{b64(key.raw(data))}")
        case(f"{alg}: right by hand", jwk, f"{signed}.{b64(key.raw(block()))}", True)
        value = int.from_bytes(key.raw(block()), "big")
        for name, number_ in {"0": 0, "1": 1, "n-1": key.n - 1, "n": key.n, "itself beyond n": value + key.n}.items():
            length = (number_.bit_length() + 7) // 8
            case(f"{alg}: the signature is {name}", jwk,
                 f"{signed}.{b64(number_.to_bytes(max(size, length), 'big'))}")


def pss() -> None:
    for bits, digest in HASHES.items():
        alg, signed = f"PS{bits}", text({"alg": f"PS{bits}"})
        wrong = {
            "no salt": padding.PSS(padding.MGF1(digest), 0),
            "a salt one byte short": padding.PSS(padding.MGF1(digest), digest.digest_size - 1),
            "the longest salt": padding.PSS(padding.MGF1(digest), padding.PSS.MAX_LENGTH),
            "a mask of SHA-1": padding.PSS(padding.MGF1(hashes.SHA1()), digest.digest_size),
        }
        for name, scheme in wrong.items():
            mark = RSA_2048.key.sign(signed.encode(), scheme, digest)
            case(f"{alg}: {name}", RSA_2048.jwk(alg=alg), f"{signed}.{b64(mark)}")


def keys() -> None:
    good = {alg: token({"alg": alg, "kid": "k"}, alg) for alg in ALGORITHMS}
    case("RSA: 3072 bits", RSA_3072.jwk(), token({"alg": "RS256"}, "RS256", key=RSA_3072), True)
    case("RSA: 1024 bits", RSA_1024.jwk(), token({"alg": "RS256"}, "RS256", key=RSA_1024))
    one = RSA(prime("p", 1024), prime("q", 1024), 1)
    signed = text({"alg": "RS256"})
    digest = OIDS["256"] + hashlib.sha256(signed.encode()).digest()
    block = b"\0\1" + b"\xff" * (one.size - 3 - len(digest)) + b"\0" + digest
    case("RSA: an exponent of 1", one.jwk(), f"{signed}.{b64(block)}")
    primes = [p for p in range(2, 710) if all(p % q for q in range(2, p))]
    product = 1
    for p in primes:
        product *= p
    weak = lambda seed: prime(seed, 1024, lambda n: n // product * product + pow(65537, n % 1000, product))
    roca = RSA(weak("weak p"), weak("weak q"))
    case("RSA: the primes of CVE-2017-15361", roca.jwk(), token({"alg": "RS256"}, "RS256", key=roca))
    rs = RSA_2048.jwk()
    for name, change in {
        "a modulus with a zero before it": {"n": b64(b"\0" + RSA_2048.n.to_bytes(256, "big"))},
        "an exponent with a zero before it": {"e": b64(b"\0\1\0\1")},
        "an even exponent": {"e": b64(b"\1\0\2")}, "an exponent of 0": {"e": b64(b"\0")},
        "a long exponent": {"e": b64(b"\1" * 9)}, "no exponent": {"e": None}, "no modulus": {"n": None},
        "an even modulus": {"n": number(RSA_2048.n - 1)}, "an empty modulus": {"n": ""},
        "a padded modulus": {"n": rs["n"] + "="}, "a modulus that is a number": {"n": 5},
        "a modulus of 16384 bits": {"n": b64(b"\xff" * 2048)},
        "use is enc": {"use": "enc"}, "use is a list": {"use": ["sig"]}, "use is Sig": {"use": "Sig"},
        "key_ops lack verify": {"key_ops": ["encrypt"]}, "key_ops is a string": {"key_ops": "verify"},
        "key_ops is empty": {"key_ops": []}, "alg of encryption": {"alg": "RSA-OAEP"}, "alg of EC": {"alg": "ES256"},
        "alg none": {"alg": "none"}, "alg a number": {"alg": 1}, "kid a number": {"kid": 1},
        "kty in small letters": {"kty": "rsa"}, "kty of a secret": {"kty": "oct"}, "no kty": {"kty": None},
        "kty of a curve": {"kty": "EC"},
    }.items():
        key = {name: value for name, value in {**rs, **change}.items() if value is not None}
        case(f"RSA: {name}", key, good["RS256"])
    case("RSA: key_ops with verify", RSA_2048.jwk(key_ops=["verify"], use="sig"), good["RS256"], True)
    es = ec_jwk("ES256", kid="k")
    point = EC_KEYS["ES256"].public_key().public_numbers()
    for name, change in {
        "a point off the curve": {"y": number(point.y ^ 1, 32)}, "x and y swapped": {"x": es["y"], "y": es["x"]},
        "the point 0,0": {"x": b64(bytes(32)), "y": b64(bytes(32))},
        "x one byte longer": {"x": b64(b"\0" + point.x.to_bytes(32, "big"))},
        "x one byte shorter": {"x": b64(point.x.to_bytes(32, "big")[1:])}, "no y": {"y": None},
        "another curve": {"crv": "P-384"}, "secp256k1": {"crv": "secp256k1"}, "no curve": {"crv": None},
        "the curve's other name": {"crv": "secp256r1"}, "alg ES384": {"alg": "ES384"}, "alg ES521": {"alg": "ES521"},
        "alg ES224": {"alg": "ES224"}, "alg ECDH-ES": {"alg": "ECDH-ES"}, "kty RSA": {"kty": "RSA"}, "kty OKP": {"kty": "OKP"},
        "use enc": {"use": "enc"}, "key_ops deriveBits": {"key_ops": ["deriveBits"]},
    }.items():
        key = {name: value for name, value in {**es, **change}.items() if value is not None}
        case(f"EC: {name}", key, good["ES256"])
    case("EC: the point mirrored", {**es, "y": number(0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF - point.y, 32)}, good["ES256"])
    case("EC: ES521 on P-521, as RFC 7520's readers write it", ec_jwk("ES512", alg="ES521"), good["ES512"], True)
    okp = jwk("EdDSA", kid="k")
    for name, change in {
        "X25519": {"crv": "X25519"}, "Ed448": {"crv": "Ed448"}, "31 bytes": {"x": b64(bytes(31))},
        "33 bytes": {"x": okp["x"] + "AA"}, "kty EC": {"kty": "EC"}, "alg ES256": {"alg": "ES256"},
    }.items():
        case(f"OKP: {name}", {**okp, **change}, good["EdDSA"])
    for bits, size in {"256": 31, "384": 47, "512": 63}.items():
        for length in (0, 1, 16, size):
            secret = SECRET[:length]
            signed = text({"alg": f"HS{bits}"})
            code = hmac.new(secret, signed.encode(), f"sha{bits}").digest()
            case(f"HS{bits}: a secret of {length} bytes", {"kty": "oct", "k": b64(secret), "alg": f"HS{bits}"},
                 f"{signed}.{b64(code)}")
        secret = SECRET[:size + 1]
        signed = text({"alg": f"HS{bits}"})
        code = hmac.new(secret, signed.encode(), f"sha{bits}").digest()
        case(f"HS{bits}: a secret just long enough", {"kty": "oct", "k": b64(secret)}, f"{signed}.{b64(code)}", True)
    for alg in ("A256GCM", "A256KW", "dir", "RS256"):
        case(f"oct: alg {alg}", jwk("HS256", alg=alg), good["HS256"])


def sets() -> None:
    rs, es = token({"alg": "RS256", "kid": "rsa"}, "RS256"), token({"alg": "ES256", "kid": "ec"}, "ES256")
    both = {"keys": [RSA_2048.jwk(kid="rsa"), ec_jwk("ES256", kid="ec")]}
    case("set: the first key", both, rs, True)
    case("set: the second key", both, es, True)
    case("set: the kid of the other key", both, token({"alg": "RS256", "kid": "ec"}, "RS256"))
    case("set: an unknown kid", both, token({"alg": "RS256", "kid": "x"}, "RS256"))
    case("set: an empty kid", both, token({"alg": "RS256", "kid": ""}, "RS256"))
    case("set: the kid in other letters", both, token({"alg": "RS256", "kid": "RSA"}, "RS256"))
    case("set: no kid, one key fits", both, token({"alg": "RS256"}, "RS256"), True)
    two = {"keys": [RSA_2048.jwk(kid="a"), RSA_3072.jwk(kid="b")]}
    case("set: no kid, two keys fit", two, token({"alg": "RS256"}, "RS256"))
    case("set: two keys of one kid", {"keys": [RSA_2048.jwk(kid="rsa"), RSA_3072.jwk(kid="rsa")]}, rs)
    case("set: two keys of one kid, of two kinds", {"keys": [RSA_2048.jwk(kid="rsa"), ec_jwk("ES256", kid="rsa")]}, rs)
    mixed = {"keys": [jwk("HS256", kid="secret"), RSA_2048.jwk(kid="rsa")]}
    case("set: secrets beside public keys, signed", mixed, rs)
    case("set: secrets beside public keys, MAC", mixed, token({"alg": "HS256", "kid": "secret"}, "HS256"))
    strange = {"keys": [{"kty": "AKP", "kid": "new"}, RSA_1024.jwk(kid="weak"), RSA_2048.jwk(kid="enc", use="enc"),
                        RSA_2048.jwk(kid="rsa")]}
    case("set: keys that cannot be used are left out", strange, rs, True)
    case("set: a key that is too weak", strange, token({"alg": "RS256", "kid": "weak"}, "RS256", key=RSA_1024))
    case("set: a key for encryption", strange, token({"alg": "RS256", "kid": "enc"}, "RS256"))
    case("set: empty", {"keys": []}, rs)
    case("set: no list", {"keys": {"rsa": RSA_2048.jwk()}}, rs)
    case("set: too many keys", {"keys": [RSA_2048.jwk(kid=f"k{i}", n=number(RSA_2048.n)) for i in range(101)]},
         token({"alg": "RS256", "kid": "k0"}, "RS256"))


def main() -> None:
    for alg in ALGORITHMS:
        shapes(alg)
    for alg in ("HS256", "RS256", "PS256", "ES256", "EdDSA"):
        headers(alg)
    own_keys()
    confusion()
    elsewhere()
    ecdsa()
    pkcs1()
    pss()
    keys()
    sets()


if __name__ == "__main__":
    main()
