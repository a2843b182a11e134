"""Runs Mainstay and PocketBase side by side, in interleaved rounds, and prints a table.

Both have the same records and the same requests of a signed-in caller. Mainstay's writes are on disk
when they are answered (synchronous=FULL), each with its event, counter and idempotency key;
PocketBase keeps its default (synchronous=NORMAL). Times are in milliseconds.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import cases
import dataset
import servers

HERE = os.path.dirname(os.path.abspath(__file__))


def main():
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="bench-", dir=options.work) as directory:
        mainstay = servers.Mainstay(
            directory, options.mainstay, os.path.join(HERE, "mainstay.yaml"))
        pocketbase = servers.PocketBase(directory, options.pocketbase)
        note("making the records")
        counts = {"users": options.users, "posts": options.records, "articles": options.records}
        mainstay.seed(counts)
        dataset.copy_to_pocketbase(mainstay, pocketbase)
        both = [mainstay, pocketbase]
        try:
            starts = {server.name: starting_time(server, options.starts) for server in both}
            is_valid = measure(both, cases.make(mainstay), directory, starts, options)
        finally:
            for server in both:
                server.stop()
    sys.exit(0 if is_valid else 1)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mainstay", required=True, help="the program")
    parser.add_argument("--pocketbase", required=True, help="the program")
    parser.add_argument("--work", required=True, help="a folder for databases")
    parser.add_argument("--users", type=int, default=500)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--only", default="", help="cases whose name has this in it")
    return parser.parse_args()


def measure(both, all_cases, directory, starts, options):
    for server in both:
        server.start()
        server.sign_in()
    time.sleep(1)
    idle = {server.name: server.memory() for server in both}
    loaded = {server.name: 0.0 for server in both}
    rows = []
    for case in all_cases:
        if options.only not in case.name:
            continue
        note(f"measuring: {case.name}")
        files = {server.name: case.write(server, directory) for server in both}
        rounds = {server.name: [] for server in both}
        for number in range(options.rounds):
            for server in both if number % 2 == 0 else reversed(both):
                result, memory = load(server, case, files[server.name], options)
                rounds[server.name].append(result)
                loaded[server.name] = max(loaded[server.name], memory)
        rows.append((case.name, rounds))
    print_table(rows)
    print()
    print(f"{'':32}{'Mainstay':>12}{'PocketBase':>12}")
    for name, values, unit in [
        ("memory, idle", idle, "MB"),
        ("memory, under load", loaded, "MB"),
        ("start to first answer", {name: value * 1000 for name, value in starts.items()}, "ms"),
    ]:
        print(f"{name + ', ' + unit:32}{values['Mainstay']:12.0f}{values['PocketBase']:12.0f}")
    print("* with 4 connections, the others with 64")
    return all(failures(results) == 0 for _, rounds in rows for results in rounds.values())


def starting_time(server, times):
    seconds = []
    for _ in range(times):
        seconds.append(server.start())
        server.stop()
    return statistics.median(seconds)


def load(server, case, case_file, options):
    """One round; answers wrk's figures and the server's largest resident set."""
    largest = [server.memory()]
    ended = threading.Event()

    def watch():
        while not ended.wait(0.2):
            largest[0] = max(largest[0], server.memory())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        command = ["wrk", "-t1", f"-c{case.connections}"]
        command += [f"-d{options.seconds * case.patience}s"]
        command += ["--timeout", "60s"]
        command += ["-s", os.path.join(HERE, "requests.lua")]
        command += [f"http://127.0.0.1:{server.port}", "--", case_file]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    finally:
        ended.set()
        watcher.join()
        server.settle()
    line = next(line for line in output.splitlines() if line.startswith("RESULT "))
    return json.loads(line.removeprefix("RESULT ")), largest[0]


def failures(results):
    return sum(one["refused"] + one["broken"] for one in results)


def print_table(rows):
    print()
    print(f"{'':32}{'requests a second':^24}{'':9}{'p50':^16}{'p99':^16}")
    print(
        f"{'':32}{'Mainstay':>12}{'PocketBase':>12}{'times':>9}"
        f"{'M':>8}{'PB':>8}{'M':>8}{'PB':>8}"
    )
    for name, rounds in rows:
        ours, theirs = rounds["Mainstay"], rounds["PocketBase"]
        ratio = statistics.median(rate(a) / least_rate(b) for a, b in zip(ours, theirs))
        figures = f"{middle(ours, rate):12,.0f}{middle(theirs, rate):12,.1f}{ratio:8.1f}×"
        for percentile in ("p50", "p99"):
            for results in (ours, theirs):
                figures += f"{middle(results, lambda one: one[percentile]):8.1f}"
        failed = ", ".join(
            f"{failures(results)} of {server}" for server, results in rounds.items()
            if failures(results)
        )
        print(f"{name:32}{figures}" + (f"  INVALID: failed answers: {failed}" if failed else ""))


def rate(result):
    return result["requests"] / result["seconds"]


def least_rate(result):
    """A round without a single answer counts as one with one, so the ratio is never too large."""
    return max(result["requests"], 1) / result["seconds"]


def middle(results, figure):
    return statistics.median(figure(result) for result in results)


def note(text):
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
