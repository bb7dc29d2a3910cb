#!/usr/bin/env python3
"""An example external engine: it makes clips of a bouncing ball and measures them.

Python 3.11 or later, standard library only. The protocol is on the page beside this file
(README.md); `serve` and `answer` below are all of it that an engine author needs.

    example.py --clip TEXT FILE.avi [SEED]   writes one clip without flaws, as ground truth
"""

import json
import math
import os
import shutil
import sys
from pathlib import Path

from bounce import ball, measures
from bounce.files import Refused, read_avi, read_wav, write_avi

SCORERS = {
    "example-audio": ("loudness", "clarity"),
    "example-video": ("sharpness", "motion"),
    "example-sync": ("offset", "coherence"),
}
PROVIDES = [
    {"kind": "ingest", "name": "*"},
    {"kind": "generate", "name": "bouncing-ball@1"},
    *({"kind": "score", "name": n, "outputs": list(outputs), "batch": 16}
      for n, outputs in SCORERS.items()),
]


def serve(run) -> None:
    """Answers the worker's lines until stdin closes. `run(task, progress)` does one task."""
    # Keep stdout for the protocol: whatever a library prints goes to the log instead.
    wire = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.stdin.reconfigure(encoding="utf-8")

    def send(**message) -> None:
        wire.write(json.dumps(message, allow_nan=False) + "\n")
        wire.flush()

    send(type="hello", protocol=1, name="example", version="1.0", provides=PROVIDES)
    for line in sys.stdin:
        message = json.loads(line)
        match message["type"]:
            case "load":
                send(type="loaded", model=message["model"])  # a real engine loads weights here
            case "unload":
                pass  # and frees them here
            case "run" | "run_batch":
                # A real scorer decodes all of a batch first and runs its network once.
                for task in message.get("tasks", [message]):
                    answer(task, run, send)


def answer(task: dict, run, send) -> None:
    """Does one task and sends its result, or why there is none."""
    name = task["task"]
    progress = lambda share, note: send(type="progress", task=name, fraction=share, note=note)
    try:
        send(type="result", task=name, **run(task, progress))
    except Exception as error:  # one bad task must not end the engine
        text = f"{type(error).__name__}: {error}"
        # Trouble with files may pass; anything else fails the same way again.
        send(type="error", task=name, message=text, retryable=isinstance(error, OSError))


def generate(task: dict, progress) -> dict:
    """Makes one clip; the seed decides everything that the prompt leaves open."""
    unknown = set(task["params"]) - {"flaws"}
    if unknown:
        raise Refused(f"unknown params {sorted(unknown)}; this example knows flaws (0 to 1)")
    seed = int(task["seed"])
    clip = ball.plan(task["prompt"]["text"], seed, float(task["params"].get("flaws", 1)))
    frames = ball.draw(clip, seed)
    progress(0.5, "frames drawn")
    path = Path(task["folder"]) / "clip.avi"
    write_avi(path, frames, ball.play(clip, seed))
    return {"media": [{"role": "joint", "path": str(path)}]}


def ingest(task: dict, progress) -> dict:
    """Copies a prompt's own clip after reading it once, so that a bad file is refused here."""
    truth, media = task["prompt"].get("ground_truth") or {}, []
    video, audio = truth.get("video"), truth.get("audio")
    if not video and not audio:
        raise Refused(f"prompt {task['prompt']['id']} has no ground truth")
    sources = {"joint": video} if audio in (None, video) else {"video": video, "audio": audio}
    for role, source in sources.items():
        if source:
            decode([{"role": role, "path": source}])
            copy = Path(task["folder"]) / f"{role}{Path(source).suffix}"
            shutil.copyfile(source, copy)
            media.append({"role": role, "path": str(copy)})
    return {"media": media}


def score(task: dict, progress) -> dict:
    """Measures what is asked for; a measure that has no value is null and says why."""
    unknown = set(task["outputs"]) - set(SCORERS[task["name"]])
    if unknown:
        raise Refused(f"{task['name']} has no outputs {sorted(unknown)}, "
                      f"it has {list(SCORERS[task['name']])}")
    frames, samples = decode(task["candidate"]["media"])
    seen, heard = measures.impacts(frames), measures.onsets(samples)
    known = {
        "loudness": (lambda: measures.loudness(samples), "the clip is silent"),
        "clarity": (lambda: measures.clarity(samples), "no sound begins in the clip"),
        "sharpness": (lambda: measures.sharpness(frames), "the clip has no picture"),
        "motion": (lambda: measures.motion(frames), "the clip has no picture"),
        "offset": (lambda: measures.offset(seen, heard), "no impact seen or no sound heard"),
        "coherence": (lambda: measures.coherence(seen, heard), "no impact seen, no sound heard"),
    }
    answer = {"scores": {}, "reasons": {}}
    for name in task["outputs"]:
        measure, reason = known[name]
        value = measure()
        answer["scores"][name] = value if math.isfinite(value) else None
        if not math.isfinite(value):
            answer["reasons"][name] = reason
    return answer


def decode(media: list[dict]) -> tuple[list[bytes], list[int]]:
    """Returns the frames and the samples that the files hold in their roles."""
    frames, samples = [], []
    for file in media:
        role, path = file["role"], file["path"]
        if role not in ("video", "audio", "joint"):
            continue
        if role == "audio" and path.endswith(".wav"):
            samples = read_wav(path)
            continue
        pictures, sound = read_avi(path)
        if role != "video" and not sound:
            raise Refused(f"{path} holds no sound; give the audio as a file of its own")
        frames = frames if role == "audio" else pictures
        samples = samples if role == "video" else sound
    return frames, samples


if __name__ == "__main__":
    if sys.argv[1:2] == ["--clip"]:
        seed = int(sys.argv[4]) if len(sys.argv) > 4 else 1
        clean = ball.plan(sys.argv[2], seed, flaws=0)
        write_avi(Path(sys.argv[3]), ball.draw(clean, seed), ball.play(clean, seed))
    else:
        kinds = {"ingest": ingest, "generate": generate, "score": score}
        serve(lambda task, progress: kinds[task["kind"]](task, progress))
