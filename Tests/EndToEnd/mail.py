#!/usr/bin/env python3
"""The flows that need a mailbox, over HTTP against the real binary, with a real SMTP server.

    pip install aiosmtpd
    swift build && python3 Tests/EndToEnd/mail.py .build/debug/mainstay

The server is aiosmtpd on loopback: it demands STARTTLS with a certificate made here, and a password.
"""

import email
import email.policy
import http.client
import json
import os
import re
import shutil
import signal
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

MODEL = """
app: Notizbuch
api: v1
roles:
  owner: [users.invite, notes.delete]
  moderator: [notes.delete]
modules:
  main:
    collections:
      users:
        accounts: { signIn: [password, code], verifyEmail: true }
        fields:
          handle: { type: string, unique: true }
        rules: { create: "true", read: "true", update: id == auth.id }
      notes:
        fields: { body: { type: string } }
        rules: { create: auth != null, read: "true" }
"""

GERMAN = """Subject: Dein Code für {{app}} – {{code}}

Hallo!
.
Gib {{code}} ein, oder folge {{link}}
"""


class Mailbox:
    """What arrives, by recipient."""

    def __init__(self):
        self.arrived = threading.Condition()
        self.mails = []

    async def handle_DATA(self, server, session, envelope):
        with self.arrived:
            self.mails.append((envelope.rcpt_tos[0], bytes(envelope.content), session.ssl))
            self.arrived.notify_all()
        return "250 2.0.0 queued"

    def take(self, recipient, subject, timeout=15):
        """The next mail to somebody whose subject matches; removed."""
        deadline = time.monotonic() + timeout
        with self.arrived:
            while True:
                for index, (address, content, tls) in enumerate(self.mails):
                    message = email.message_from_bytes(content, policy=email.policy.default)
                    if address == recipient and re.search(subject, message["subject"]):
                        del self.mails[index]
                        assert tls, "the mail came in the clear"
                        check(message)
                        return message
                rest = deadline - time.monotonic()
                assert rest > 0, f"no mail for {recipient} about {subject!r}"
                self.arrived.wait(rest)

    def count(self, recipient):
        with self.arrived:
            return sum(1 for address, _, _ in self.mails if address == recipient)


def check(message):
    """A message without a fault, in the eyes of an independent parser."""
    for part in message.walk():
        assert not part.defects, part.defects
    for name in ("date", "from", "to", "subject", "message-id", "mime-version"):
        assert len(message.get_all(name)) == 1, name
    for line in message.as_bytes().splitlines():
        assert len(line) <= 998
    assert "Notizbüro" in str(message["from"])


def text(message):
    return message.get_body(("plain",)).get_content()


def token(message):
    body = text(message)
    links = re.findall(r"https://app\.example/\S*#token=(tk_\S+)", body)
    assert len(links) == 1, body
    html = message.get_body(("html",))
    assert html is None or links[0] in html.get_content()
    return links[0]


def code(message):
    return re.search(r"\b\d{8}\b", text(message)).group()


class Server:
    """The binary, with a data directory of its own."""

    def __init__(self, binary, folder):
        self.binary, self.folder = binary, folder
        self.port = free_port()
        self.process = None
        self.log = open(os.path.join(folder, "server.log"), "a")

    def start(self, smtp):
        environment = dict(
            os.environ, MAINSTAY_SMTP=smtp, MAINSTAY_PUBLIC_URL="https://app.example",
            MAINSTAY_MAIL_FROM="Notizbüro <no-reply@app.example>",
        )
        self.process = subprocess.Popen(
            [
                self.binary, "serve", os.path.join(self.folder, "mainstay.yaml"),
                "--data", os.path.join(self.folder, "data"), "--port", str(self.port),
                "--operator-port", str(free_port()),
            ],
            stdout=self.log, stderr=self.log, env=environment,
        )
        deadline = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                assert time.monotonic() < deadline and self.process.poll() is None, "no start"
                time.sleep(0.05)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)

    def run(self, *arguments, secret=None):
        return subprocess.run(
            [self.binary, *arguments, "--model", os.path.join(self.folder, "mainstay.yaml"),
             "--data", os.path.join(self.folder, "data")],
            input=secret, capture_output=True, text=True, check=True,
        ).stdout

    def post(self, path, body, expected, bearer=None, source="127.0.0.1", headers=None):
        status, answer, _ = self.request("POST", path, body, bearer, source, headers)
        assert status == expected, (path, status, answer)
        return answer

    def request(self, method, path, body=None, bearer=None, source="127.0.0.1", headers=None):
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=30, source_address=(source, 0)
        )
        all_headers = {"content-type": "application/json", **(headers or {})}
        if bearer:
            all_headers["authorization"] = f"Bearer {bearer}"
        connection.request(method, path, json.dumps(body) if body is not None else None, all_headers)
        response = connection.getresponse()
        content = response.read()
        connection.close()
        value = json.loads(content) if content else None
        return response.status, value, response.headers


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def certificate(folder):
    key, chain = os.path.join(folder, "key.pem"), os.path.join(folder, "ca.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "1", "-keyout", key, "-out", chain, "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost"],
        check=True, capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    return context, chain


def smtp_server(mailbox, context, port):
    def authenticate(server, session, envelope, mechanism, data):
        right = LoginPassword(b"ann@app", b"p@ss:w/rd")
        return AuthResult(success=isinstance(data, LoginPassword) and data == right)

    controller = Controller(
        mailbox, hostname="localhost", port=port, tls_context=context, require_starttls=True,
        auth_required=True, authenticator=authenticate,
    )
    controller.start()
    return controller


def sign_up(server, handle, status=202, address=None, **more):
    return server.post(
        "/v1/users",
        {"handle": handle, "email": address or f"{handle}@example.com",
         "password": "correct horse battery", **more},
        status,
    )


def verification(server, box):
    begun = sign_up(server, "ann")
    assert begun["status"] == "verification-sent" and begun.keys() == {"status", "verification"}
    message = box.take("ann@example.com", "your code")
    assert message.get_body(("html",)) is not None
    # The click alone proves the mailbox, not who signed up.
    refusal = server.post("/v1/auth/verify", {"token": token(message)}, 403)
    assert refusal["code"] == "auth.password-required", refusal
    tokens = server.post("/v1/auth/verify", {"token": token(message), "verification": begun["verification"]}, 201)
    assert tokens["access_token"] and tokens["refresh_token"]
    status, me, _ = server.request("GET", "/v1/auth/me", bearer=tokens["access_token"])
    assert status == 200 and me["email"] == "ann@example.com", me
    server.post("/v1/auth/verify", {"token": token(message)}, 400)
    # The same answer for a taken address; its owner is told.
    taken = sign_up(server, "eve", address="ann@example.com")
    assert taken.keys() == begun.keys() and len(taken["verification"]) == len(begun["verification"])
    box.take("ann@example.com", "You have an account")
    # By code, and in another language from the model's folder.
    begun = server.post(
        "/v1/users",
        {"handle": "bob", "email": "bob@example.com", "password": "correct horse battery"},
        202, headers={"accept-language": "de-CH, en;q=0.5"},
    )
    message = box.take("bob@example.com", "Dein Code für Notizbuch – ")
    assert "\n.\nGib" in text(message).replace("\r\n", "\n"), "a lone dot was lost"
    body = {"email": "bob@example.com", "code": code(message)}
    server.post("/v1/auth/verify", body, 422)
    server.post("/v1/auth/verify", {**body, "verification": begun["verification"]}, 201)


def password(server, box):
    for address in ("ann@example.com", "nobody@example.com"):
        answer = server.post("/v1/auth/password/forgot", {"email": address}, 202)
        assert answer == {"status": "reset-sent"}
    reset = token(box.take("ann@example.com", "new password"))
    body = {"token": reset, "password": "another passphrase"}
    server.post("/v1/auth/password/reset", {**body, "password": "short"}, 422)
    server.post("/v1/auth/password/reset", body, 204)
    server.post("/v1/auth/password/reset", body, 400)
    box.take("ann@example.com", "was changed")
    credentials = {"email": "ann@example.com", "password": "correct horse battery"}
    server.post("/v1/auth/sign-in", credentials, 401)
    server.post("/v1/auth/sign-in", {**credentials, "password": "another passphrase"}, 200)
    assert box.count("nobody@example.com") == 0


def codes(server, box):
    server.post("/v1/auth/code", {"email": "ann@example.com"}, 202)
    message = box.take("ann@example.com", "your code")
    server.post("/v1/auth/code/sign-in", {"email": "ann@example.com", "code": "1234567"}, 400)
    body = {"email": "ann@example.com", "code": code(message)}
    tokens = server.post("/v1/auth/code/sign-in", body, 200)
    server.post("/v1/auth/code/sign-in", body, 400)
    server.post("/v1/auth/code/sign-in", {"token": token(message)}, 400)
    # For one browser.
    status, _, headers = server.request(
        "POST", "/v1/auth/code", {"email": "bob@example.com", "cookie": True}
    )
    cookie = headers["set-cookie"]
    assert status == 202 and cookie.startswith("__Host-mainstay-code=")
    for attribute in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
        assert attribute in cookie
    body = {"email": "bob@example.com", "code": code(box.take("bob@example.com", "code"))}
    server.post("/v1/auth/code/sign-in", body, 400)
    server.post("/v1/auth/code/sign-in", body, 200, headers={"cookie": cookie.split(";")[0]})
    return tokens["access_token"]


def address(server, box, bearer):
    server.post("/v1/auth/email", {"email": "ann2@example.com"}, 401)
    asked = server.post("/v1/auth/email", {"email": "ann2@example.com"}, 202, bearer)
    confirmation = token(box.take("ann2@example.com", "Confirm"))
    refusal = server.post("/v1/auth/email/confirm", {"token": confirmation}, 403)
    assert refusal["code"] == "auth.password-required", refusal
    body = {"token": confirmation, "verification": asked["verification"]}
    server.post("/v1/auth/email/confirm", body, 204)
    undo = token(box.take("ann@example.com", "was changed"))
    server.post("/v1/auth/email/restore", {"token": undo}, 204)
    box.take("ann@example.com", "new password")
    status, _, _ = server.request("GET", "/v1/auth/me", bearer=bearer)
    assert status == 401, "a session outlived the return of the address"


def invitations(server, box):
    server.run("accounts", "role", "bob@example.com", "owner")
    server.post("/v1/auth/code", {"email": "bob@example.com"}, 202)
    message = box.take("bob@example.com", "code")
    bearer = server.post(
        "/v1/auth/code/sign-in", {"token": token(message)}, 200
    )["access_token"]
    server.post("/v1/auth/invitations", {"email": "cleo@example.com", "role": "moderator"}, 201, bearer)
    invitation = token(box.take("cleo@example.com", "invited"))
    sign_up(server, "eve", 422, invitation=invitation)
    sign_up(server, "cleo", 201, invitation=invitation)
    sign_up(server, "cleo2", 400, address="cleo@example.com", invitation=invitation)
    server.post(
        "/v1/auth/sign-in",
        {"email": "cleo@example.com", "password": "correct horse battery"}, 200,
    )


def links(server, box):
    """Nothing of a request is in a link."""
    poisoned = {
        "host": "evil.example", "x-forwarded-host": "evil.example", "x-forwarded-proto": "http",
        "forwarded": "host=evil.example", "origin": "https://evil.example",
        "referer": "https://evil.example/", "user-agent": "https://evil.example/\u00a0<b>",
    }
    server.post(
        "/v1/auth/password/forgot", {"email": "cleo@example.com"}, 202,
        headers={name: value.encode("ascii", "ignore").decode() for name, value in poisoned.items()},
    )
    message = box.take("cleo@example.com", "new password")
    assert "evil" not in message.as_string()


def timing(server):
    """Whether there is an account shows in no one's time."""
    for index in range(30):
        server.run("accounts", "create", f"known{index}@example.com",
                   "--fields", json.dumps({"handle": f"known{index}"}), secret="long enough")
    known, unknown = [], []
    for index in range(30):
        for name, times in (("known", known), ("other", unknown)):
            # Sources of their own, so that no limit is met.
            source = f"127.0.{1 + index}.{1 if times is known else 2}"
            body = {"email": f"{name}{index}@example.com"}
            start = time.perf_counter()
            status, _, _ = server.request("POST", "/v1/auth/password/forgot", body, source=source)
            assert status == 202
            times.append(time.perf_counter() - start)
    difference = abs(statistics.median(known) - statistics.median(unknown))
    print(
        f"  forgot: known {statistics.median(known) * 1e3:.2f} ms ({len(known)}),"
        f" unknown {statistics.median(unknown) * 1e3:.2f} ms ({len(unknown)})"
    )
    spread = statistics.pstdev(unknown)
    assert difference < max(spread, 0.004), "the time tells who has an account"


def survival(server, smtp, box, context, port, folder):
    """A mail that is written outlives the process and the mail server, and comes once."""
    smtp.stop()
    server.post("/v1/auth/code", {"email": "cleo@example.com"}, 202)
    server.kill()
    controller = smtp_server(box, context, port)
    server.start(server_url(port, folder))
    box.take("cleo@example.com", "code", timeout=60)
    time.sleep(2)
    assert box.count("cleo@example.com") == 0, "the mail came twice"
    return controller


def server_url(port, folder, secret="p%40ss%3Aw%2Frd"):
    return f"smtp://ann%40app:{secret}@localhost:{port}?tls=starttls&ca={folder}/ca.pem"


def main():
    folder = tempfile.mkdtemp()
    os.mkdir(os.path.join(folder, "mail"))
    with open(os.path.join(folder, "mainstay.yaml"), "w") as file:
        file.write(MODEL)
    with open(os.path.join(folder, "mail", "verify.de.txt"), "w") as file:
        file.write(GERMAN)
    box, port = Mailbox(), free_port()
    context, _ = certificate(folder)
    smtp = smtp_server(box, context, port)
    server = Server(os.path.abspath(sys.argv[1]), folder)
    try:
        server.start(server_url(port, folder))
        bearer = None
        for step in (verification, password, codes):
            bearer = step(server, box)
            print(f"ok {step.__name__}")
        address(server, box, bearer)
        print("ok address")
        invitations(server, box)
        print("ok invitations")
        links(server, box)
        print("ok links")
        timing(server)
        print("ok timing")
        smtp = survival(server, smtp, box, context, port, folder)
        print("ok survival")
        server.stop()
        with open(os.path.join(folder, "server.log")) as file:
            log = file.read()
        for secret in ("@example.com", "p@ss:w/rd", "tk_"):
            assert secret not in log, f"{secret} is in the log"
        print("ok log")
    except BaseException:
        with open(os.path.join(folder, "server.log")) as file:
            sys.stderr.write(file.read()[-4000:])
        raise
    finally:
        if server.process.poll() is None:
            server.kill()
        smtp.stop(no_assert=True)
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
