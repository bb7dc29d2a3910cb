"""Measures training steps beside PyTorch's: same weights, inputs, method and threads.

    python deploy/bench/training.py --bench .build/release/training-bench [--threads 2] [CASE ...]

Prints one JSON object per case: case, duet_s, torch_s, ratio = torch_s / duet_s, the same of
processor seconds, duet_peak_mb, torch_peak_mb, and how far the losses of the steps and the trained
weights are apart. Needs torch and safetensors.
"""

import argparse
import json
import math
import os
import sys
import tempfile
import time

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file

import sampler

# The toy world's model, and one block of Wan's width over 2 304 + 208 tokens.
TOY = dict(width=128, heads=4, hidden=512, layers=4, text_width=128, length=13, time_waves=256,
           video=[64, 8, 4, 2], video_patch=[1, 1, 1], audio=[32, 25, 2], audio_patch=[1, 1])
WIDE = dict(width=1536, heads=12, hidden=8960, layers=1, text_width=256, length=128,
            time_waves=256, video=[16, 8, 36, 32], video_patch=[1, 2, 2], audio=[8, 52, 16],
            audio_patch=[2, 2])
CASES = {
    "toy-sft": dict(TOY, objective="sft", batch=32, rank=0, lr=1e-3),
    "toy-dpo": dict(TOY, objective="dpo", batch=8, rank=16, lr=1e-3),
    "block-sft": dict(WIDE, objective="sft", batch=1, rank=0, lr=1e-4),
    "block-dpo": dict(WIDE, objective="dpo", batch=1, rank=64, lr=1e-4),
}
BETA = 20.0


def make_weights(c):
    w, width = {}, c["width"]
    (channels, *_), (bands, *_) = c["video"], c["audio"]
    video, audio = (channels * math.prod(c["video_patch"]), bands * math.prod(c["audio_patch"]))
    for name, inputs, outputs in [
        ("time_embedding.0", c["time_waves"], width),
        ("time_embedding.2", width, width),
        ("time_projection.1", width, 6 * width),
        ("audio_time_projection.1", width, 3 * width),
        ("text_embedding.0", c["text_width"], width),
        ("text_embedding.2", width, width),
        ("patch_embedding", video, width),
        ("audio_patch_embedding", audio, width),
        ("head.head", width, video),
        ("audio_head.head", width, audio),
    ]:
        sampler.random_linear(w, name, inputs, outputs)
    for name, patch in [("patch_embedding", "video_patch"), ("audio_patch_embedding", "audio_patch")]:
        w[name + ".weight"] = w[name + ".weight"].view(width, -1, *c[patch])
    for name in ["head", "audio_head"]:
        w[name + ".modulation"] = torch.randn(1, 2, width) * 0.3
    for layer in range(c["layers"]):
        sampler.random_block(w, f"blocks.{layer}", width, c["hidden"])
    return w


def make_adapter(c, w):
    """A low-rank update of every linear map of the blocks."""
    adapter = {}
    for name, weight in w.items():
        if c["rank"] and name.startswith("blocks.") and weight.dim() == 2 and name.endswith("weight"):
            module = name[: -len(".weight")]
            adapter[module + ".lora_A.weight"] = torch.randn(c["rank"], weight.shape[1]) / 16
            adapter[module + ".lora_B.weight"] = torch.randn(weight.shape[0], c["rank"]) / 64
    return adapter


def plain_or_updated(w, name, x):
    y = F.linear(x, w[name + ".weight"], w[name + ".bias"])
    if name + ".lora_A.weight" in w:
        # alpha is the rank, so the update counts once.
        y = y + F.linear(F.linear(x, w[name + ".lora_A.weight"]), w[name + ".lora_B.weight"])
    return y


def cut(x, patch):
    """Patches of [batch, channels, ...]: [batch, tokens, channels * patch]."""
    return (F.unfold(x, patch, stride=patch) if x.dim() == 4 else torch.cat([
        F.unfold(x[:, :, t], patch[1:], stride=patch[1:]) for t in range(x.shape[2])
    ], 2)).mT


def put_together(y, like, patch):
    """Patches whose channels come last as [batch, channels, ...]."""
    grid = [n // p for n, p in zip(like.shape[2:], patch)]
    y = y.view(y.shape[0], *grid, *patch, -1)
    axes = len(grid)
    order = [0, 2 * axes + 1] + [k for a in range(axes) for k in (1 + a, 1 + axes + a)]
    return y.permute(order).reshape(like.shape)


def velocity(c, w, rotation, video, audio, times, text):
    linear = sampler.linear
    powers = torch.arange(c["time_waves"] // 2, dtype=torch.float64) / (c["time_waves"] // 2)
    wave = (1000 * times.float()).double()[:, None] * torch.exp(-math.log(10000) * powers)
    wave = torch.cat((wave.cos(), wave.sin()), 1).float()
    vector = linear(w, "time_embedding.2", F.silu(linear(w, "time_embedding.0", wave)))
    told = F.silu(vector)
    tokens = cut(video, c["video_patch"]), cut(audio, c["audio_patch"])
    i = {
        "time": linear(w, "time_projection.1", told).view(len(times), 1, 6, -1),
        "audio_time": linear(w, "audio_time_projection.1", told).view(len(times), 1, 3, -1),
        "context": linear(w, "text_embedding.2", F.gelu(
            linear(w, "text_embedding.0", text), approximate="tanh")),
        "cosine": rotation[0], "sine": rotation[1],
        "heads": c["heads"], "video_count": tokens[0].shape[1],
    }
    x = torch.cat([
        F.linear(part, w[name + ".weight"].flatten(1), w[name + ".bias"])
        for part, name in zip(tokens, ["patch_embedding", "audio_patch_embedding"])
    ], 1)
    for layer in range(c["layers"]):
        x = sampler.block(w, f"blocks.{layer}", x, i)

    def head(name, part, like, patch):
        shift, scale = (w[name + ".modulation"] + vector[:, None]).unbind(1)
        y = linear(w, name + ".head", sampler.modulated(part, scale[:, None], shift[:, None]))
        return put_together(y, like, patch)

    count = i["video_count"]
    return (head("head", x[:, :count], video, c["video_patch"]),
            head("audio_head", x[:, count:], audio, c["audio_patch"]))


def errors(c, w, rotation, batch):
    """The mean squared error of each sample, for each modality."""
    times = batch["times"]
    states, targets = [], []
    for modality in ["video", "audio"]:
        data, noise = batch[modality], batch[modality + "_noise"]
        t = times.float().view(-1, *[1] * (data.dim() - 1))
        states.append((1 - t) * data + t * noise)
        targets.append(noise - data)
    got = velocity(c, w, rotation, *states, times, batch["text"])
    return [((v - target) ** 2).flatten(1).mean(1) for v, target in zip(got, targets)]


def loss_of(c, w, reference, rotation, batch):
    if c["objective"] == "sft":
        return sum(e.mean() for e in errors(c, w, rotation, batch))
    pairs = len(batch["times"]) // 2
    with torch.no_grad():
        compared = errors(c, reference, rotation, batch)
    total = 0
    for own, other in zip(errors(c, w, rotation, batch), compared):
        delta = (own[:pairs] - own[pairs:]) - (other[:pairs] - other[pairs:])
        total = total - F.logsigmoid(-0.5 * BETA * delta).mean() + own[:pairs].mean()
    return total


def torch_side(folder, case, threads, steps):
    """Runs PyTorch in a process of its own, so that its peak memory is its own."""
    torch.set_num_threads(threads)
    sampler.linear = plain_or_updated
    c = CASES[case]
    w, adapter = load_file(folder + "/weights.safetensors"), load_file(folder + "/adapter.safetensors")
    batches = load_file(folder + "/batches.safetensors")
    rows = [n // p for n, p in zip(c["video"][1:], c["video_patch"])]
    columns = [n // p for n, p in zip(c["audio"][1:], c["audio_patch"])]
    rotation = sampler.angles(sampler.joint_places(*rows, *columns), c["width"] // c["heads"])
    trained = adapter if adapter else w
    reference = {**w, **{k: v.clone() for k, v in adapter.items()}}
    leaves = [v.requires_grad_() for v in trained.values()]
    method = torch.optim.AdamW(leaves, lr=c["lr"], weight_decay=0, fused=True)
    losses, seconds = [], []
    for step in range(steps):
        batch = {k.split("/")[1]: v for k, v in batches.items() if k.startswith(f"{step}/")}
        start, start_cpu = time.perf_counter(), time.process_time()
        # Noise is drawn here too, and then that which ours drew is taken.
        for modality in ["video", "audio"]:
            torch.randn_like(batch[modality])
        method.zero_grad()
        loss = loss_of(c, {**w, **adapter}, reference, rotation, batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(leaves, 1.0)
        method.step()
        seconds += [time.perf_counter() - start, time.process_time() - start_cpu]
        losses.append(loss.item())
    save_file({k: v.detach().contiguous() for k, v in trained.items()}, folder + "/torch.safetensors")
    print(json.dumps({"seconds": seconds, "losses": losses, "peak_mb": sampler.peak_mb()}))


def compare(bench, case, threads, steps, rounds):
    c = CASES[case]
    torch.manual_seed(0)
    with tempfile.TemporaryDirectory() as folder:
        w = make_weights(c)
        save_file({k: v.contiguous() for k, v in w.items()}, folder + "/weights.safetensors")
        save_file(make_adapter(c, w), folder + "/adapter.safetensors")
        clips = c["batch"] * (2 if c["objective"] == "dpo" else 1)
        data = {"text": torch.randn(c["batch"], c["length"], c["text_width"])}
        for modality in ["video", "audio"]:
            data[modality] = torch.randn(clips, *c[modality])
        save_file(data, folder + "/data.safetensors")
        with open(folder + "/case.json", "w") as file:
            json.dump(dict(c, beta=BETA, steps=steps), file)
        del w, data
        ours, theirs = {}, {}
        # They take turns, so that a slow minute of the machine is not one side's alone.
        for _ in range(rounds):
            for side, command in [
                (ours, [bench, folder, str(threads)]),
                (theirs, [sys.executable, __file__, "--torch-side", folder, case, str(threads),
                          str(steps)]),
            ]:
                told = json.loads(sampler.run(command))
                # The first step is left out: it warms up.
                side["seconds"] = side.get("seconds", []) + told["seconds"][2:]
                side["peak_mb"] = max(side.get("peak_mb", 0), told["peak_mb"])
                side["losses"] = told["losses"]
        got, expected = (load_file(f"{folder}/{side}.safetensors") for side in ["duet", "torch"])
        apart = max(((got[k] - v).abs().max() / v.std()).item() for k, v in expected.items())
        losses = max(abs(a - b) / abs(b) for a, b in zip(ours["losses"], theirs["losses"]))
        # The best step: what else the machine was doing is not what is compared.
        duet, other = min(ours["seconds"][0::2]), min(theirs["seconds"][0::2])
        duet_cpu, other_cpu = min(ours["seconds"][1::2]), min(theirs["seconds"][1::2])
        return {
            "case": case,
            "duet_s": round(duet, 4),
            "torch_s": round(other, 4),
            "ratio": round(other / duet, 3),
            "cpu_ratio": round(other_cpu / duet_cpu, 3),
            "duet_peak_mb": round(ours["peak_mb"]),
            "torch_peak_mb": round(theirs["peak_mb"]),
            "losses_apart": float(f"{losses:.2g}"),
            "weights_apart": float(f"{apart:.2g}"),
        }


def main():
    if sys.argv[1:2] == ["--torch-side"]:
        folder, case, threads, steps = sys.argv[2:]
        return torch_side(folder, case, int(threads), int(steps))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", nargs="*", default=list(CASES), metavar="CASE")
    parser.add_argument("--bench", required=True, help="the built training-bench")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    for case in options.cases:
        found = compare(options.bench, case, options.threads, options.steps, options.rounds)
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
