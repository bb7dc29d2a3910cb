"""Prints the table of run.sh: gains over the base in deviations of the base's own candidates."""

import json
import random
import statistics
import sys
from pathlib import Path

MODALITIES = {
    "audio": ["audio_quality", "text_audio"],
    "video": ["visual_quality", "motion_quality", "text_video"],
    "audio-video": ["semantic", "desync"],
}
METRICS = [metric for metrics in MODALITIES.values() for metric in metrics]
JUDGES = ["ranking rewards", "independent judge"]


def scores(path):
    """A prompt's candidates, each with its 14 scores as evaluate.yaml lists its rewards."""
    decoder, text, place, prompts = json.JSONDecoder(), path.read_text(), 0, []
    while place < len(text.rstrip()):
        prompt, place = decoder.raw_decode(text, place)
        prompts.append([candidate["raw"] for candidate in prompt["candidates"]])
        while place < len(text) and text[place].isspace():
            place += 1
    return prompts


def totals(prompts, scale):
    """For each prompt (judge, modality) -> mean over candidates, in the base's deviations."""
    rows = []
    for candidates in prompts:
        row = {}
        for j, judge in enumerate(JUDGES):
            z = {}
            for m, metric in enumerate(METRICS):
                mean, deviation = scale[7 * j + m]
                value = statistics.fmean(candidate[7 * j + m] for candidate in candidates)
                z[metric] = (value - mean) / deviation * (-1 if metric == "desync" else 1)
            for modality, metrics in MODALITIES.items():
                row[judge, modality] = statistics.fmean(z[metric] for metric in metrics)
            row[judge, "total"] = statistics.fmean(row[judge, name] for name in MODALITIES)
        rows.append(row)
    return rows


def interval(runs, resamples=10_000):
    """The mean over seeds and prompts, and its 95 % interval over resampled prompts and seeds."""
    draw = random.Random(0)
    prompts = len(runs[0])
    means = []
    for _ in range(resamples):
        chosen = draw.choices(range(prompts), k=prompts)
        seeds = draw.choices(runs, k=len(runs))
        # One seed for each prompt's draw would hide how seeds differ: whole runs are drawn.
        means.append(statistics.fmean(run[i] for run in seeds for i in chosen))
    means.sort()
    low, high = means[int(0.025 * resamples)], means[int(0.975 * resamples)]
    return statistics.fmean(value for run in runs for value in run), low, high


def main():
    folder, strategies = Path(sys.argv[1]), sys.argv[2:]
    base = scores(folder / "base.json")
    columns = list(zip(*(candidate for candidates in base for candidate in candidates)))
    scale = [(statistics.fmean(column), statistics.stdev(column)) for column in columns]
    before = totals(base, scale)
    for judge in JUDGES:
        names = [*MODALITIES, "total"]
        print(f"\n| {judge} | " + " | ".join(names) + " | seeds |")
        print("|---" * (len(names) + 2) + "|")
        for strategy in strategies:
            files = sorted(folder.glob(f"{strategy}-[0-9]*.json"))
            after = [totals(scores(file), scale) for file in files]
            cells = []
            for name in names:
                gains = [[a[judge, name] - b[judge, name] for a, b in zip(run, before)]
                         for run in after]
                mean, low, high = interval(gains, 2000)
                mark = "*" if low > 0 else "!" if high < 0 else ""
                cells.append(f"{mean:+.3f}{mark} [{low:+.3f}, {high:+.3f}]")
            print(f"| {strategy} | " + " | ".join(cells) + f" | {len(files)} |")


main()
