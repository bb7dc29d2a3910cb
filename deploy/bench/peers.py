#!/usr/bin/env python3
"""Runs our replay's task graph on other schedulers and prints one JSON line for each.

The graph: for each prompt a ground truth and three generated candidates, each scored by four
scorers; one ranking when all scores are there. 20 tasks a prompt, each a function that returns a
number at once, on two workers. `peers.sh` makes the environment this runs in.

`seconds` runs from the first submission to the ranking's result, start-up excluded. `peak_mb` is
the sum of the peaks of the processes that hold the graph: the submitting program and the peer's
own servers, without the workers.
"""

import argparse
import importlib.metadata
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

CANDIDATES, SCORERS, WORKERS = 4, 4, 2


def candidate(prompt, ordinal):
    return ordinal


def score(candidate, scorer):
    return candidate + scorer


def rank(scores):
    return len(scores)


def ray_seconds(prompts: int) -> float:
    import ray

    os.environ |= {"RAY_USAGE_STATS_ENABLED": "0", "RAY_AUTH_MODE": "disabled"}
    ray.init(num_cpus=WORKERS, include_dashboard=False, log_to_driver=False,
             _node_ip_address="127.0.0.1", object_store_memory=2**28)
    remote_candidate, remote_score, remote_rank = map(ray.remote, (candidate, score, rank))
    # Starting a worker process takes seconds; the others' workers are up before the clock too.
    ray.get([remote_candidate.remote(0, 0) for _ in range(100)])
    begin = time.perf_counter()
    scores = [remote_score.remote(c, s)
              for p in range(prompts) for k in range(CANDIDATES)
              for c in [remote_candidate.remote(p, k)] for s in range(SCORERS)]
    ranked = ray.get(remote_rank.remote(ray.get(scores)))
    return finished(begin, ranked, prompts)


def parsl_seconds(prompts: int) -> float:
    import parsl
    from parsl.executors import HighThroughputExecutor
    from parsl.providers import LocalProvider

    executor = HighThroughputExecutor(
        address="127.0.0.1", max_workers_per_node=WORKERS, prefetch_capacity=100,
        encrypted=False, provider=LocalProvider(init_blocks=1, max_blocks=1))
    config = parsl.Config(executors=[executor], strategy="none", initialize_logging=False,
                          run_dir=tempfile.mkdtemp())
    with parsl.load(config):
        app_candidate, app_score, app_rank = map(parsl.python_app, (candidate, score, rank))
        [app.result() for app in [app_candidate(0, 0) for _ in range(100)]]
        begin = time.perf_counter()
        scores = [app_score(c, s)
                  for p in range(prompts) for k in range(CANDIDATES)
                  for c in [app_candidate(p, k)] for s in range(SCORERS)]
        ranked = app_rank([s.result() for s in scores]).result()
        return finished(begin, ranked, prompts)


def dask_seconds(prompts: int) -> float:
    from distributed import Client, LocalCluster

    with (LocalCluster(n_workers=WORKERS, threads_per_worker=1, processes=True,
                       host="127.0.0.1", dashboard_address=None) as cluster,
          Client(cluster) as client):
        client.gather(client.map(candidate, [0] * 100, range(100), pure=False))
        begin = time.perf_counter()
        whose = [p for p in range(prompts) for _ in range(CANDIDATES)]
        candidates = client.map(candidate, whose, list(range(CANDIDATES)) * prompts, pure=False)
        scores = client.map(score, [c for c in candidates for _ in range(SCORERS)],
                            list(range(SCORERS)) * len(candidates), pure=False)
        ranked = client.submit(rank, scores, pure=False).result()
        return finished(begin, ranked, prompts)


def hyperqueue_seconds(prompts: int) -> float:
    """HyperQueue starts a process for each task, so its no-op is `true`."""
    from hyperqueue import Job, LocalCluster
    from hyperqueue.cluster import WorkerConfig

    with LocalCluster() as cluster:
        for _ in range(WORKERS):
            cluster.start_worker(WorkerConfig(cores=1))
        client, job = cluster.client(), Job(default_workdir=tempfile.mkdtemp())
        step = lambda deps: job.program(["true"], deps=deps, stdout=None, stderr=None)
        begin = time.perf_counter()
        scores = [step([c]) for _ in range(prompts * CANDIDATES) for c in [step([])]
                  for _ in range(SCORERS)]
        step(scores)
        client.wait_for_jobs([client.submit(job)])
        return finished(begin, len(scores), prompts)


def finished(begin: float, ranked: int, prompts: int) -> float:
    seconds = time.perf_counter() - begin
    if ranked != prompts * CANDIDATES * SCORERS:
        raise RuntimeError(f"the ranking saw {ranked} scores")
    return seconds


# peer: the function, its distribution, what survives its servers' death, its servers' names
PEERS = {
    "ray": (ray_seconds, "ray", "no", ("gcs_server", "raylet")),
    "parsl": (parsl_seconds, "parsl", "no", ("interchange",)),
    "dask": (dask_seconds, "distributed", "no", ()),
    # Its server can keep a journal, written out every 30 s; the Python package runs it without.
    "hyperqueue": (hyperqueue_seconds, "hyperqueue", "no", ()),
}


class MemoryWatch(threading.Thread):
    """Reads the peaks of a program and of the named servers that it started."""

    def __init__(self, driver: int, servers: tuple[str, ...]):
        super().__init__(daemon=True)
        self.driver, self.servers = driver, servers
        self.peaks, self.ended = {}, threading.Event()

    def run(self) -> None:
        while not self.ended.wait(0.1):
            for status in Path("/proc").glob("[0-9]*/status"):
                try:
                    lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
                    command = (status.parent / "cmdline").read_text().split("\0")
                except OSError:
                    continue  # it ended meanwhile
                program = " ".join(Path(word).name for word in command[:2])
                server = any(name in program for name in self.servers)
                if server or int(status.parent.name) == self.driver:
                    peak = int(lines.get("VmHWM", "0 kB").split()[0])  # a dead process has none
                    self.peaks[status.parent] = max(peak, self.peaks.get(status.parent, 0))

    def megabytes(self) -> float:
        return round(sum(self.peaks.values()) / 1024, 1)


def measure(peer: str, prompts: int, limit: float) -> dict:
    """Runs one peer in a process of its own; its failure is an answer, not ours."""
    _, package, durable, servers = PEERS[peer]
    line = {"peer": peer, "version": importlib.metadata.version(package), "durable": durable,
            "tasks": prompts * CANDIDATES * (1 + SCORERS) + 1}
    command = [sys.executable, __file__, "--one", peer, "--prompts", str(prompts)]
    with tempfile.TemporaryFile("w+") as log:
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        watch = MemoryWatch(child.pid, servers)
        watch.start()
        try:
            out, _ = child.communicate(timeout=limit)
            seconds = json.loads(out.splitlines()[-1])["seconds"]
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
            return line | {"error": f"not finished after {limit:.0f} s"}
        except (IndexError, KeyError, TypeError, ValueError):
            log.seek(0)
            last = log.read().strip().splitlines()[-1:] or ["no message"]
            return line | {"error": f"exit status {child.returncode}: {last[0]}"}
        finally:
            watch.ended.set()
            watch.join()
    return line | {"seconds": round(seconds, 3), "peak_mb": watch.megabytes(),
                   "tasks_per_second": round(line["tasks"] / seconds, 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--prompts", type=int, default=250, help="250 prompts are 5 001 tasks")
    parser.add_argument("--limit", type=float, default=600, help="seconds for each peer")
    parser.add_argument("--peer", choices=PEERS, action="append", help="only this one")
    parser.add_argument("--one", choices=PEERS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps({"seconds": PEERS[given.one][0](given.prompts)}), flush=True)
        os._exit(0)  # leave nothing of the peer's own shutdown to wait for
    for peer in given.peer or PEERS:
        print(json.dumps(measure(peer, given.prompts, given.limit)), flush=True)


if __name__ == "__main__":
    main()
