"""Starts the binary, and ends it by its own process id."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

STARTED = re.compile(r" is at (https?)://[^\s:]*:(\d+)")
METRICS = re.compile(r"\bhttps?://[^\s:]*:(\d+)/metrics")
PATIENCE = 20.0


class NotStarted(Exception):
    """The log of a server that ended, or never was ready, and its exit code."""

    def __init__(self, log: str, code: int):
        super().__init__(log)
        self.code = code


class Server:
    """A running `mainstay serve` on free ports of the loopback."""

    by_port: dict[int, "Server"] = {}

    def __init__(self, binary: str, model: Path, data: Path, *flags: str, preexec=None):
        self.data = data
        data.parent.mkdir(parents=True, exist_ok=True)
        self.log = data.parent / f"{data.name}-{time.monotonic_ns()}.log"
        command = [binary, "serve", str(model), "--data", str(data)]
        command += ["--port", "0", "--operator-port", "0", *flags]
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=preexec
            )
        self.scheme, self.port, self.operator_port = self._started()
        self.by_port[self.port] = self

    def _started(self) -> tuple[str, int, int]:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            log = self.log_text()
            started, metrics = STARTED.search(log), METRICS.search(log)
            if started and metrics:
                return started[1], int(started[2]), int(metrics[1])
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        self.kill()
        raise NotStarted(self.log_text()[-2000:], self.process.returncode)

    @property
    def base(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    @property
    def database(self) -> Path:
        return self.data / "mainstay.db"

    def log_text(self) -> str:
        return self.log.read_text(errors="replace")

    def resident_bytes(self) -> int:
        pages = Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def wait(self, seconds: float = PATIENCE) -> int:
        return self.process.wait(seconds)

    def stop(self) -> int:
        """Ends it as an operator would; gives the exit code."""
        if self.process.poll() is None:
            self.terminate()
            try:
                return self.wait()
            except subprocess.TimeoutExpired:
                self.kill()
        return self.process.returncode

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_) -> None:
        self.stop()
