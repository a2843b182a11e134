"""A provider of OpenID Connect that lies, in a way that the issuer's path names.

    http://127.0.0.1:PORT/<lie>        each lie is an issuer of its own, with its own documents

What a lie changes stands in `LIES`; the rest is as it should be. Codes work once.
"""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

CLIENT, SECRET = "app", "the secret"


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Key:
    def __init__(self, kid: str):
        self.kid = kid
        self.private = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @property
    def jwk(self) -> dict:
        numbers = self.private.public_key().public_numbers()
        return {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.kid,
                "n": b64(numbers.n.to_bytes(256, "big")), "e": b64(b"\1\0\1")}

    @property
    def pem(self) -> bytes:
        return self.private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)

    def token(self, header: dict, claims: dict, secret: bytes | None = None) -> str:
        text = ".".join(b64(json.dumps(part).encode()) for part in (header, claims))
        if header.get("alg", "").lower() == "none":
            return text + "."
        if secret is not None:
            return f"{text}.{b64(hmac.new(secret, text.encode(), hashlib.sha256).digest())}"
        mark = self.private.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{text}.{b64(mark)}"


KEY, OTHER = Key("the key"), Key("the key")
OWN = Key("its own key")


def claims(**changes):
    """A lie in the ID token; `...` leaves a claim out, a function is given the right claims."""
    return {"claims": changes}


NOW = lambda seconds: lambda _: int(time.time()) + seconds
LIES: dict[str, dict] = {
    # What the ID token says.
    "no-iss": claims(iss=...),
    "wrong-iss": claims(iss="https://accounts.google.com"),
    "iss-with-slash": claims(iss=lambda right: right["iss"] + "/"),
    "no-aud": claims(aud=...),
    "wrong-aud": claims(aud="another app"),
    "many-auds": claims(aud=[CLIENT, "another app"]),
    "wrong-azp": claims(azp="another app"),
    "no-nonce": claims(nonce=...),
    "wrong-nonce": claims(nonce="another nonce"),
    "no-sub": claims(sub=...),
    "empty-sub": claims(sub=""),
    "number-sub": claims(sub=1),
    "expired": claims(exp=NOW(-3600)),
    "no-exp": claims(exp=...),
    "text-exp": claims(exp="tomorrow"),
    "iat-future": claims(iat=NOW(3600)),
    "iat-old": claims(iat=NOW(-7200)),
    "nbf-future": claims(nbf=NOW(3600)),
    "wrong-at-hash": claims(at_hash=b64(b"\0" * 16)),
    # How it is signed.
    "alg-none": {"header": {"alg": "none"}},
    "alg-none-capitals": {"header": {"alg": "None"}},
    "hs256-with-public-key": {"header": {"alg": "HS256"}, "secret": KEY.pem},
    "hs256-with-client-secret": {"header": {"alg": "HS256"}, "secret": SECRET.encode()},
    "unknown-alg": {"header": {"alg": "RS1"}},
    "wrong-signature": {"key": OTHER},
    "embedded-jwk": {"key": OWN, "header": {"jwk": OWN.jwk}},
    "unknown-kid": {"header": {"kid": "unknown"}},
    "kid-path": {"header": {"kid": "../../../dev/null"}},
    "jku": {"key": OWN, "header": {"jku": "http://127.0.0.1/keys", "kid": OWN.kid}},
    "crit": {"header": {"crit": ["exp"]}},
    "access-token-type": {"header": {"typ": "at+jwt"}},
    "no-jwt": {"id_token": "nothing"},
    "no-id-token": {"id_token": None},
    "claims-twice": {"raw_claims": True},
    # What the documents say.
    "other-issuer": {"document": {"issuer": "https://accounts.google.com"}},
    "no-issuer": {"document": {"issuer": ...}},
    "no-token-endpoint": {"document": {"token_endpoint": ...}},
    "file-keys": {"document": {"jwks_uri": "file:///etc/passwd"}},
    "odd-host": {"document": {"token_endpoint": "http://127.0.0.1:80@evil.example/token"}},
    "no-document": {"status": {"/.well-known/openid-configuration": 404}},
    "html-document": {"body": {"/.well-known/openid-configuration": b"<html></html>"}},
    "redirecting-document": {"redirect": "/.well-known/openid-configuration"},
    "redirecting-keys": {"redirect": "/keys"},
    "redirecting-token": {"redirect": "/token"},
    "huge-document": {"huge": "/.well-known/openid-configuration"},
    "huge-keys": {"huge": "/keys"},
    "huge-token": {"huge": "/token"},
    "no-keys": {"body": {"/keys": b'{"keys":[]}'}},
    "secret-keys": {"body": {"/keys": json.dumps({"keys": [
        KEY.jwk, {"kty": "oct", "k": b64(bytes(32)), "kid": "oct"}]}).encode()}},
    "weak-key": {"body": {"/keys": json.dumps({"keys": [{**KEY.jwk, "e": "AQ"}]}).encode()}},
    # What the token endpoint and the answer say.
    "token-error": {"status": {"/token": 500}},
    "token-mac": {"token": {"token_type": "mac"}},
    "token-header": {"token": {"access_token": "x\r\nx-injected: yes"}},
    "used-code": {"used_codes": True},
    "mix-up": {"callback": {"iss": "https://accounts.google.com"}},
    "missing-iss": {"document": {"authorization_response_iss_parameter_supported": True}},
    "denied": {"callback": {"error": "access_denied", "code": ...}},
    "odd-error": {"callback": {"error": "<script>alert(1)</script>", "code": ...}},
    "no-code": {"callback": {"code": ...}},
    "foreign-user-info": {"claims": {"email": ..., "email_verified": ...}, "user_info": {"sub": "somebody else"}},
}
SLOW = {"drip-document": "/.well-known/openid-configuration", "silent-token": "/token"}


class FaultyProvider:
    """Runs until the end of the `with`; `people` are the claims of who signs in next, by lie."""

    def __init__(self):
        provider = self
        self.codes: dict[str, dict] = {}
        self.people: dict[str, dict] = {}
        self.requests: list[tuple[str, str]] = []

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                provider.answer(self, {})

            def do_POST(self):
                length = int(self.headers.get("content-length", 0))
                form = parse_qs(self.rfile.read(length).decode())
                provider.answer(self, {name: values[0] for name, values in form.items()})

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def issuer(self, lie: str) -> str:
        return f"{self.base}/{lie}"

    def authorize(self, address: str) -> str:
        """What the provider's page does once the person says yes: the address to come back to."""
        url = urlsplit(address)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        lie = url.path.split("/")[1]
        code = secrets.token_urlsafe(16)
        self.codes[code] = {"lie": lie, "query": query}
        members = {"code": code, "state": query["state"], **LIES.get(lie, {}).get("callback", {})}
        members = {name: value for name, value in members.items() if value is not ...}
        return f"{query['redirect_uri']}?{urlencode(members)}"

    def answer(self, handler: BaseHTTPRequestHandler, form: dict) -> None:
        lie, _, rest = handler.path.lstrip("/").partition("/")
        path = "/" + rest
        self.requests.append((lie, path))
        words = LIES.get(lie, {})
        if SLOW.get(lie) == path:
            return self.drip(handler) if lie.startswith("drip") else self.be_silent()
        if words.get("redirect") == path:
            return self.send(handler, 302, b"", location=f"{self.base}/right{path}")
        if words.get("huge") == path:
            return self.send(handler, 200, b'{"x":"' + b"x" * (4 << 20) + b'"}')
        status = words.get("status", {}).get(path, 200)
        if path in words.get("body", {}):
            return self.send(handler, status, words["body"][path])
        body = {
            "/.well-known/openid-configuration": self.document,
            "/keys": lambda *_: {"keys": [KEY.jwk]},
            "/token": self.token,
            "/me": self.user_info,
        }.get(path, lambda *_: None)(lie, form)
        if body is None:
            return self.send(handler, 404, b"{}")
        if "error" in body:
            status = 400
        self.send(handler, status, json.dumps(body).encode())

    def send(self, handler, status: int, body: bytes, **headers: str) -> None:
        try:
            handler.send_response(status)
            handler.send_header("content-type", "application/json")
            handler.send_header("content-length", str(len(body)))
            for name, value in headers.items():
                handler.send_header(name, value)
            handler.end_headers()
            handler.wfile.write(body)
        except OSError:
            pass  # the other side has read enough

    def drip(self, handler) -> None:
        """An answer that never ends, a byte now and then."""
        try:
            handler.send_response(200)
            handler.send_header("content-length", "100000")
            handler.end_headers()
            for _ in range(600):
                handler.wfile.write(b" ")
                time.sleep(0.05)
        except OSError:
            pass

    def be_silent(self) -> None:
        time.sleep(30)

    def document(self, lie: str, _) -> dict:
        issuer = self.issuer(lie)
        document = {
            "issuer": issuer, "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token", "jwks_uri": f"{issuer}/keys",
            "userinfo_endpoint": f"{issuer}/me", "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            **LIES.get(lie, {}).get("document", {}),
        }
        return {name: value for name, value in document.items() if value is not ...}

    def user_info(self, lie: str, _) -> dict:
        return {**self.person(lie), **LIES.get(lie, {}).get("user_info", {})}

    def person(self, lie: str) -> dict:
        usual = {"sub": f"somebody at {lie}", "email": f"{lie}@provider.example", "email_verified": True}
        return self.people.get(lie, usual)

    def token(self, lie: str, form: dict) -> dict:
        words = LIES.get(lie, {})
        known = self.codes.get(form.get("code", ""))
        if not words.get("used_codes"):
            self.codes.pop(form.get("code", ""), None)
        challenge = b64(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if words.get("used_codes") or not known or known["query"]["code_challenge"] != challenge:
            return {"error": "invalid_grant"}
        access = secrets.token_urlsafe(24)
        right = {
            "iss": self.issuer(lie), "aud": CLIENT, "nonce": known["query"]["nonce"],
            "iat": int(time.time()), "exp": int(time.time()) + 300,
            "at_hash": b64(hashlib.sha256(access.encode()).digest()[:16]), **self.person(lie),
        }
        told = dict(right)
        for name, value in words.get("claims", {}).items():
            told[name] = value(right) if callable(value) else value
        told = {name: value for name, value in told.items() if value is not ...}
        header = {"alg": "RS256", "kid": KEY.kid, "typ": "JWT", **words.get("header", {})}
        answer = {"access_token": access, "token_type": "Bearer", **words.get("token", {})}
        id_token = words.get("id_token", self.signed(words, header, told))
        return {**answer, "id_token": id_token} if id_token is not None else answer

    def signed(self, words: dict, header: dict, told: dict) -> str:
        key = words.get("key", KEY)
        if not words.get("raw_claims"):
            return key.token(header, told, words.get("secret"))
        payload = json.dumps(told)[:-1] + ',"sub":"somebody else"}'
        text = f"{b64(json.dumps(header).encode())}.{b64(payload.encode())}"
        return f"{text}.{b64(key.private.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))}"
