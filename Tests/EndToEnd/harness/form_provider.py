"""A provider that does as Apple does: its page posts the answer, and the name comes once, beside the code.

    http://127.0.0.1:PORT/apple        its issuer; the authorization endpoint is a page with buttons

The client's secret is a JWT that is signed with ES256; it is checked as Apple says that it checks it.
"""

import base64
import html
import json
import secrets
import time
from urllib.parse import parse_qs, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from .faulty_provider import CLIENT, FaultyProvider

TEAM, KEY_ID = "TEAM123456", "KEY1234567"
HALF_A_YEAR = 15_777_000

PAGE = """<!doctype html><html lang="en"><title>Orchard ID</title>
<form method="post" action="{action}">{fields}<button>Continue</button></form>
<form method="post" action="{action}">
<input type="hidden" name="state" value="{state}"><input type="hidden" name="error" value="user_cancelled_authorize">
<button>Cancel</button></form>"""


class FormProvider(FaultyProvider):
    def __init__(self):
        super().__init__()
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.seen: set[str] = set()
        # What is posted as `user` the first time; a text that is sent as it is, or None.
        self.user: str | None = json.dumps({
            "name": {"firstName": "Ann", "lastName": "Äpfel"}, "email": "somebody.else@provider.example"})
        self.refusals: list[str] = []

    @property
    def private_key(self) -> str:
        return self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()

    def variables(self) -> dict[str, str]:
        return {"MAINSTAY_APPLE_CLIENT_ID": CLIENT, "MAINSTAY_APPLE_TEAM_ID": TEAM,
                "MAINSTAY_APPLE_KEY_ID": KEY_ID, "MAINSTAY_APPLE_PRIVATE_KEY": self.private_key}

    def answer(self, handler, form: dict) -> None:
        if urlsplit(handler.path).path != "/apple/authorize":
            return super().answer(handler, form)
        query = {name: values[0] for name, values in parse_qs(urlsplit(handler.path).query).items()}
        fields = self.form(handler.path)
        page = PAGE.format(
            action=html.escape(query["redirect_uri"]), state=html.escape(query["state"]),
            fields="".join(
                f'<input type="hidden" name="{name}" value="{html.escape(value)}">'
                for name, value in fields.items()))
        self.send_page(handler, page.encode())

    def form(self, address: str) -> dict[str, str]:
        """What the page posts once the person says yes."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        if query.get("response_mode") != "form_post":
            raise ValueError("Apple wants response_mode=form_post where a name or an address is asked for")
        code = secrets.token_urlsafe(16)
        self.codes[code] = {"lie": "apple", "query": query}
        subject = self.person("apple")["sub"]
        fields = {"state": query["state"], "code": code}
        if subject not in self.seen and self.user is not None:
            fields["user"] = self.user
        self.seen.add(subject)
        return fields

    def send_page(self, handler, body: bytes) -> None:
        handler.send_response(200)
        handler.send_header("content-type", "text/html; charset=utf-8")
        handler.send_header("content-length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def token(self, lie: str, form: dict) -> dict:
        fault = self.fault_of_secret(form)
        if fault:
            self.refusals.append(fault)
            return {"error": "invalid_client"}
        return super().token(lie, form)

    def fault_of_secret(self, form: dict) -> str | None:
        """What is wrong with a client's secret; None where nothing is."""
        parts = form.get("client_secret", "").split(".")
        if len(parts) != 3:
            return "it is no JWT"
        header, claims = (json.loads(unbase64(part)) for part in parts[:2])
        if (header.get("alg"), header.get("kid")) != ("ES256", KEY_ID):
            return f"its header is {header}"
        mark = unbase64(parts[2])
        numbers = (int.from_bytes(half, "big") for half in (mark[:32], mark[32:]))
        try:
            self.key.public_key().verify(
                encode_dss_signature(*numbers), ".".join(parts[:2]).encode(), ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return "its signature is wrong"
        now = time.time()
        wanted = {"iss": TEAM, "sub": form.get("client_id"), "aud": self.issuer("apple")}
        if form.get("client_id") != CLIENT or any(claims.get(name) != value for name, value in wanted.items()):
            return f"its claims are {claims}"
        if not claims["iat"] <= now + 5 or not now < claims["exp"] <= now + HALF_A_YEAR:
            return f"its times are {claims}"
        return None


def unbase64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
