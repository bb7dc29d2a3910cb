"""Runs deploy/trainers/train_lora.py under torchrun and accelerate as a worker would.

    python deploy/python/check_trainers.py --duet .build/release/duet [torchrun|accelerate|slurm ...]

Starts the engine that workers start, has it train on pairs of made-up clips with two processes on
the CPU, ends it in the middle by SIGTERM, goes on, and looks at what came of it. Needs torch,
accelerate, av and safetensors beside the python that runs it. With `slurm` it goes through sbatch of
the cluster at hand, one process.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TRAINER = os.path.join(HERE, "..", "trainers", "train_lora.py")
MODELS = os.path.join(HERE, "..", "..", "Jobs", "bounce", "models")
STEPS = 400


def write_pairs(duet, folder):
    """Pairs of the bounce world's clips; winners are large, losers small."""
    subprocess.run([duet, "world", "bounce", "--count", "12", "-o", folder + "/world"],
                   check=True, stdout=subprocess.DEVNULL)
    clips = folder + "/world/clips/"
    names = sorted(os.listdir(clips))
    large, small = ([n for n in names if n.startswith(size)] for size in ["large", "small"])
    lines = [
        json.dumps({"pair_id": f"p{i}", "prompt": "a ball",
                    "chosen": clips + a, "rejected": clips + b})
        for i, (a, b) in enumerate(zip(large, small))]
    for name, part in [("train", lines[4:]), ("held-out", lines[:4])]:
        with open(f"{folder}/{name}.jsonl", "w") as file:
            file.write("\n".join(part) + "\n")


def marked():
    """Processes of any trainer that an engine started from here."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            words = open(f"/proc/{pid}/cmdline", "rb").read()
        except OSError:
            continue
        if TRAINER.encode() in words and int(pid) != os.getpid():
            found.append(int(pid))
    return found


def left():
    """What still runs after a moment, which the guard and Slurm need once the engine is gone."""
    for _ in range(100):
        if not marked():
            break
        time.sleep(0.1)
    return marked()


def attempt(duet, folder, launch, number, until=None, how=signal.SIGTERM):
    """One attempt of the task: the engine's answers. `until` is the step to end it at, if any."""
    out = f"{folder}/{launch}-out-{number}"
    os.makedirs(out)
    document = f"""
kind: Training
name: check-{launch}
objective: dpo
model: bounce
data: [{{file: {folder}/train.jsonl}}]
held_out: [{{file: {folder}/held-out.jsonl}}]
output: anywhere
weights: {{rank: 4, alpha: 8}}
loss: {{beta: {{audio: 20, video: 20}}}}
optim: {{lr: 0.003, batch: 8, steps: {STEPS}}}
checkpoint: {{every: 25}}
"""
    command = [TRAINER, "${config}", "--pairs", "${pairs.trl}", "--output", "${output}",
               "--resume", "${resume}"]
    if launch == "accelerate":
        # Where it finds no GPU it starts a single process otherwise.
        command.insert(0, "--multi_gpu")
    if launch == "slurm":
        command.insert(0, "torchrun")
    gpus = 0 if launch == "slurm" else 2
    params = {"document": document, "checkpoints": f"{folder}/{launch}",
              "launch": json.dumps({"type": launch, "nodes": 1, "gpus_per_node": gpus,
                                    "command": command})}
    engine = subprocess.Popen(
        [duet, "engine", "--models", MODELS], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=open(f"{folder}/{launch}-{number}.log", "w"), text=True,
        env={**os.environ, "PATH": os.path.dirname(sys.executable) + ":" + os.environ["PATH"],
             "OMP_NUM_THREADS": "1", "ACCELERATE_USE_CPU": "true"})
    engine.stdin.write(json.dumps(
        {"type": "run", "task": "t", "attempt": number, "kind": "train", "name": "bounce",
         "seed": "0", "ordinal": 0, "folder": out, "params": params}) + "\n")
    engine.stdin.flush()
    answers = []
    for line in engine.stdout:
        answers.append(json.loads(line))
        if until and f"step {until} of" in json.dumps(answers[-1]):
            engine.send_signal(how)
            until = None
        if answers[-1]["type"] in ["result", "error"]:
            break
    engine.stdin.close()
    engine.wait()
    return answers


def check(duet, folder, launch):
    stopped = attempt(duet, folder, launch, 1, until=100)
    if stopped[-1]["type"] == "error" and "ended with" in stopped[-1]["message"]:
        sys.exit(open(f"{folder}/{launch}-1.log").read())
    output = f"{folder}/{launch}/output"
    kept = sorted(name for name in os.listdir(output) if name.startswith("checkpoint-"))
    print(launch, "was ended:", stopped[-1], "checkpoints:", kept, "left running:", left())
    assert stopped[-1]["type"] != "result" and not marked() and len(kept) >= 3, kept
    killed = attempt(duet, folder, launch, 2, until=250, how=signal.SIGKILL)
    print(launch, "was killed; left running:", left())
    assert killed[-1]["type"] == "progress" and not marked()
    done = attempt(duet, folder, launch, 3)
    assert done[-1]["type"] == "result", done[-1]
    media = {m["role"]: m["path"] for m in done[-1]["media"]}
    report = json.load(open(media["report"]))
    print(launch, json.dumps({k: v for k, v in report.items() if k not in ["command", "data"]}))
    assert report["steps"] == STEPS and set(report["implicit_accuracy"]) == {"audio", "video"}
    assert set(report["held_out_accuracy"]) == {"audio", "video"}
    steps = [json.loads(line)["step"] for line in open(media["curve"])]
    assert steps == list(range(1, STEPS + 1)), steps
    shown = subprocess.run([duet, "adapter", "lint", media["adapter"]], check=True,
                           stdout=subprocess.PIPE, text=True).stdout
    print(shown.strip())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--duet", required=True)
    parser.add_argument("launchers", nargs="*", default=["torchrun", "accelerate"])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        duet = os.path.abspath(options.duet)
        write_pairs(duet, folder)
        for launch in options.launchers:
            check(duet, folder, launch)


if __name__ == "__main__":
    main()
