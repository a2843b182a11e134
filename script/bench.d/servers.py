"""The two servers: how each is started, asked and measured."""

import http.client
import json
import os
import signal
import socket
import subprocess
import time
import urllib.parse


class Server:
    """A process that listens on a port of the loopback interface."""

    name = ""
    health = "/"

    def __init__(self, directory):
        self.directory = directory
        self.port = free_port()
        self.process = None
        self.token = ""

    def command(self):
        raise NotImplementedError

    def start(self):
        """Starts it; answers the seconds until it first answered."""
        log = open(os.path.join(self.directory, "server.log"), "ab")
        began = time.perf_counter()
        self.process = subprocess.Popen(self.command(), stdout=log, stderr=log)
        log.close()
        while not self.answers():
            if self.process.poll() is not None:
                raise SystemExit(f"{self.name} ended at once: see {self.directory}/server.log")
            if time.perf_counter() - began > 30:
                raise SystemExit(f"{self.name} does not answer on port {self.port}")
            time.sleep(0.001)
        return time.perf_counter() - began

    def answers(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
                connection.sendall(
                    f"GET {self.health} HTTP/1.1\r\nHost: localhost\r\n"
                    "Connection: close\r\n\r\n".encode()
                )
                return connection.recv(12) == b"HTTP/1.1 200"
        except OSError:
            return False

    def stop(self):
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def memory(self):
        """The resident set, in MB."""
        with open(f"/proc/{self.process.pid}/status") as status:
            for line in status:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) / 1024
        return 0.0

    def settle(self, limit=20):
        """Waits until it has finished what clients no longer wait for; else starts it anew."""
        end = time.perf_counter() + limit
        while time.perf_counter() < end:
            before = self.processor_time()
            time.sleep(0.2)
            if self.processor_time() - before < 0.04:
                return
        self.stop()
        self.start()

    def processor_time(self):
        """The seconds of processor time that it has used."""
        with open(f"/proc/{self.process.pid}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def call(self, method, path, body=None, token=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = token
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        if answer.status >= 300:
            raise SystemExit(f"{self.name}: {method} {path} answered {answer.status}: {text}")
        return json.loads(text) if text else None


class Mainstay(Server):
    name = "Mainstay"
    health = "/health/live"

    def __init__(self, directory, binary, model):
        super().__init__(directory)
        self.binary = binary
        self.model = model
        self.data = os.path.join(directory, "mainstay")

    def command(self):
        return [
            self.binary, "serve", self.model, "--port", str(self.port), "--operator-port", "0",
            "--data", self.data,
        ]

    def seed(self, counts):
        command = [self.binary, "seed", self.model, "--data", self.data]
        command += ["--scale", str(counts["users"])]
        for name, count in counts.items():
            command += ["--count", f"{name}={count}"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    def sign_in(self):
        answer = self.call(
            "POST",
            "/v1/auth/sign-in",
            {"email": "demo@example.com", "password": "password1234"},
        )
        self.token = "Bearer " + answer["access_token"]

    def list_path(self, collection, author=None, total=False, expand=False):
        query = {"sort": "-created", "limit": "20"}
        if author:
            query["filter"] = f'author == "{author}"'
        if total:
            query["count"] = "exact"
        if expand:
            query["expand"] = "author"
        return f"/v1/{collection}?" + encoded(query)

    def get_path(self, record):
        return f"/v1/posts/{record}"

    def create(self, record):
        return "/v1/posts", {name: record[name] for name in ("title", "body", "likes")}


class PocketBase(Server):
    name = "PocketBase"
    health = "/api/health"
    email = "bench@example.com"
    password = "password1234"

    def __init__(self, directory, binary):
        super().__init__(directory)
        self.binary = binary
        self.data = os.path.join(directory, "pocketbase")

    def command(self):
        return [self.binary, "serve", f"--http=127.0.0.1:{self.port}", f"--dir={self.data}"]

    def make_administrator(self):
        subprocess.run(
            [self.binary, "superuser", "upsert", self.email, self.password, f"--dir={self.data}"],
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def authenticate(self, collection, email):
        answer = self.call(
            "POST",
            f"/api/collections/{collection}/auth-with-password",
            {"identity": email, "password": self.password},
        )
        return answer["token"]

    def sign_in(self):
        self.token = self.authenticate("users", "demo@example.com")

    def list_path(self, collection, author=None, total=False, expand=False):
        query = {"sort": "-created", "perPage": "20"}
        if author:
            query["filter"] = f"author='{author}'"
        if not total:
            query["skipTotal"] = "1"
        if expand:
            query["expand"] = "author"
        return f"/api/collections/{collection}/records?" + encoded(query)

    def get_path(self, record):
        return f"/api/collections/posts/records/{record}"

    def create(self, record):
        return "/api/collections/posts/records", record


def encoded(query):
    """The query, with the braces of a placeholder as they are."""
    return urllib.parse.urlencode(query, safe="{}", quote_via=urllib.parse.quote)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
