#!/usr/bin/env python3
"""Prints lines of `name, tab, JSON object` as tables: ours, then the peers against our replay."""

import json
import sys

OURS = {"tasks": "tasks", "seconds": "seconds", "tasks_per_second": "tasks/s",
        "coordinator_peak_mb": "coordinator MB", "p50_ms": "p50 ms", "p99_ms": "p99 ms",
        "exchange_p50_ms": "exchange ms", "first_dispatch_ms": "first dispatch ms",
        "watched_ratio": "watched / not"}


def text(value) -> str:
    if isinstance(value, float):
        value = round(value, 2 if value < 100 else None)
    return "–" if value is None else f"{value:,}" if isinstance(value, (int, float)) else str(value)


def table(heads: list[str], rows: list[list]) -> None:
    cells = [heads] + [[text(value) for value in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells)]
    for row in cells:
        first, *rest = (c.ljust(w) if i == 0 else c.rjust(w)
                        for i, (c, w) in enumerate(zip(row, widths)))
        print("  ".join([first, *rest]).rstrip())


def main() -> None:
    lines = [line.rstrip("\n").split("\t", 1) for line in sys.stdin]
    found = [(name, json.loads(body)) for name, body in lines]
    ours = [(name, body) for name, body in found if name != "peer"]
    peers = [body for name, body in found if name == "peer"]
    table(["", *OURS.values()], [[n, *(b.get(key) for key in OURS)] for n, b in ours])
    for name, body in ours:
        for process, cost in (body.get("cpu_us_per_task") or {}).items():
            print(f"{name}: {process} {text(cost)} µs of CPU per task")
    if not peers:
        return
    replay = [b["tasks_per_second"] for n, b in ours if n.startswith("duet replay")][-1]
    print()
    table(["peer", "version", "durable", "tasks", "tasks/s", "peak MB", "duet is faster by"],
          [[p["peer"], p["version"], p["durable"], p["tasks"], p.get("tasks_per_second"),
            p.get("peak_mb"), f"{replay / p['tasks_per_second']:.1f} ×"
            if "tasks_per_second" in p else "failed: " + p["error"]] for p in peers])


if __name__ == "__main__":
    main()
