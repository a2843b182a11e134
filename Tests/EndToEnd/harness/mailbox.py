"""The mails that a server in development writes as files."""

import email
import email.policy
import re
import time
from pathlib import Path

PATIENCE = 10.0


class NoMail(Exception):
    """Nothing came in time."""


def mail_to(address: str, data: Path, kind: str, patience: float = PATIENCE, lacks: tuple[str, ...] = ()) -> str:
    """The text of the newest mail of a kind, such as `verify`, to an address; of one second, of any.

    `lacks` are texts that tell mails that are known already.
    """
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        for path in sorted((data / "mail").glob(f"*-{kind}*.eml"), reverse=True):
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if address.lower() not in str(message["to"]).lower():
                continue
            text = message.get_body(("plain",)).get_content()
            if not any(part in text for part in lacks):
                return text
        time.sleep(0.01)
    raise NoMail(f"no {kind} for {address} in {data / 'mail'}")


def token_in(text: str) -> str:
    """The token of the link in a mail."""
    return re.search(r"#token=(tk_[\w-]+)", text).group(1)


def code_in(text: str) -> str:
    """The code of eight digits in a mail."""
    return re.search(r"\b\d{8}\b", text).group()
