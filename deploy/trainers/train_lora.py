"""Trains an adapter by AV-DPO on pairs that Duet gives, on any number of GPUs: a place to begin.

    train_lora.py CONFIG --pairs FOLDER --output FOLDER [--resume CHECKPOINT]

Started by torchrun, by accelerate or alone; README.md beside this file has the round's `launch`.
What is yours to replace is `Policy` and `read_clip`: a stand-in of the small model's sizes over
coarse pictures and sound takes the place of your network and of your codec's latents. The rest is
the method and what a trainer owes: the log, checkpoints, the answer to SIGTERM, the adapter. Needs
torch, safetensors, numpy and av.
"""

import argparse
import hashlib
import json
import math
import os
import shutil
import signal
import sys

import av
import numpy as np
import torch
import torch.distributed as dist
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import nn

MODALITIES = ["video", "audio"]
RANK, WORLD = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))


class LowRank(nn.Module):
    """A linear map that is left alone, and the update that is trained."""

    on = True

    def __init__(self, base, rank, alpha):
        super().__init__()
        self.base, self.scale = base.requires_grad_(False), alpha / rank
        self.lora_A = nn.Linear(base.in_features, rank, bias=False)
        self.lora_B = nn.Linear(rank, base.out_features, bias=False)
        nn.init.zeros_(self.lora_B.weight)

    def forward(self, x):
        y = self.base(x)
        return y + self.scale * self.lora_B(self.lora_A(x)) if LowRank.on else y


class Policy(nn.Module):
    """Yours to replace: noisy latents at a time in, a velocity for each modality out.

    The maps have the names that they have in the model whose adapter this becomes.
    """

    def __init__(self, width=128, hidden=512, layers=4):
        super().__init__()
        self.enter = nn.ModuleDict({m: nn.Linear(64, width) for m in MODALITIES})
        self.leave = nn.ModuleDict({m: nn.Linear(width, 64) for m in MODALITIES})
        self.blocks = nn.ModuleList(
            nn.ModuleDict({
                "self_attn": nn.ModuleDict({k: nn.Linear(width, width) for k in "qkvo"}),
                "ffn": nn.Sequential(nn.Linear(width, hidden), nn.GELU(), nn.Linear(hidden, width)),
            })
            for _ in range(layers))

    def forward(self, latents, times):
        x = torch.cat([self.enter[m](latents[m]) for m in MODALITIES], 1) + times[:, None, None]
        for block in self.blocks:
            attn, n = block["self_attn"], F.layer_norm(x, x.shape[-1:])
            q, k, v = (attn[name](n).unflatten(-1, (4, -1)).transpose(1, 2) for name in "qkv")
            mixed = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)
            x = x + attn["o"](mixed)
            x = x + block["ffn"](F.layer_norm(x, x.shape[-1:]))
        video, audio = x.split([latents[m].shape[1] for m in MODALITIES], 1)
        return {"video": self.leave["video"](video), "audio": self.leave["audio"](audio)}


def read_clip(film, sound):
    """Yours to replace by your codec's latents: 12 tokens of 8 × 8 pixels, and 16 of loudness."""
    with av.open(film) as file:
        frames = [f.reformat(16, 16, "gray").to_ndarray() for f in file.decode(video=0)]
    frames = np.stack([frames[i * len(frames) // 3] for i in range(3)]) / 127.5 - 1
    video = frames.reshape(3, 2, 8, 2, 8).transpose(0, 1, 3, 2, 4).reshape(12, 64)
    with av.open(sound) as file:
        to_mono = av.AudioResampler(format="fltp", layout="mono", rate=16000)
        parts = [p.to_ndarray()[0] for f in file.decode(audio=0) for p in to_mono.resample(f)]
    samples = np.concatenate(parts)
    samples = samples[: len(samples) // 1024 * 1024].reshape(16, 64, -1)
    audio = np.log(np.square(samples).mean(-1) + 1e-4) / 4 + 1
    return {"video": torch.tensor(video, dtype=torch.float32),
            "audio": torch.tensor(audio, dtype=torch.float32)}


def read_pairs(listing):
    """The pairs of a file of JSON lines, as `${pairs.trl}` and the round's own files are."""
    folder, pairs = os.path.dirname(listing), []
    for line in open(listing):
        row = json.loads(line)
        clips = []
        for side in ["chosen", "rejected"]:
            roles = {m["role"]: m["path"] for m in row.get(side + "_media", [])}
            film = roles.get("joint") or roles.get("video") or row[side]
            sound = roles.get("audio") or row.get(side + "_audio") or film
            clips.append(read_clip(os.path.join(folder, film), os.path.join(folder, sound)))
        pairs.append((row["pair_id"], clips))
    return pairs


def draw(settings, pair, epoch):
    """One time for a pair and noise for each modality, the same on every attempt and GPU."""
    digest = hashlib.sha256(f"{settings['optim']['seed']} {pair} {epoch}".encode()).digest()
    g = torch.Generator().manual_seed(int.from_bytes(digest[:7], "big"))
    t = torch.sigmoid(torch.randn((), generator=g)).item()
    return t, {m: torch.randn(shape, generator=g) for m, shape in
               [("video", (12, 64)), ("audio", (16, 64))]}


def errors(policy, latents, noise, times):
    """Each clip's mean squared error of the velocity, by modality."""
    t = times[:, None, None]
    got = policy({m: (1 - t) * latents[m] + t * noise[m] for m in MODALITIES}, times)
    return {m: (got[m] - (noise[m] - latents[m])).square().mean((1, 2)) for m in MODALITIES}


def differences(policy, batch, epoch, settings, device):
    """By modality: how much better than its reference the policy knows winners from losers,
    negative where it does, and the winners' own errors."""
    drawn = [draw(settings, pair, epoch) for pair, _ in batch]
    times = torch.tensor([t for t, _ in drawn] * 2, device=device)
    noise = {m: torch.stack([n[m] for _, n in drawn] * 2).to(device) for m in MODALITIES}
    latents = {m: torch.stack([clips[side][m] for side in (0, 1) for _, clips in batch]).to(device)
               for m in MODALITIES}
    own = errors(policy, latents, noise, times)
    # The reference is the same weights without the update: there is no second model in memory.
    LowRank.on = False
    with torch.no_grad():
        other = errors(policy, latents, noise, times)
    LowRank.on = True
    n = len(batch)
    return {m: ((own[m][:n] - own[m][n:]) - (other[m][:n] - other[m][n:]), own[m][:n])
            for m in MODALITIES}


def summed(numbers, device):
    """The sum over all processes."""
    numbers = torch.as_tensor(numbers, dtype=torch.float32, device=device)
    if WORLD > 1:
        dist.all_reduce(numbers)
    return numbers


def tell(**numbers):
    if RANK == 0:
        print(json.dumps({k.replace("__", "/"): v for k, v in numbers.items()}), flush=True)


def save(state, folder):
    """Writes a checkpoint that is there whole or not at all."""
    if RANK == 0:
        new = os.path.dirname(folder) + "/.new"
        os.makedirs(new, exist_ok=True)
        torch.save(state, new + "/state.pt")
        shutil.rmtree(folder, ignore_errors=True)
        os.rename(new, folder)


def write_adapter(policy, settings, output):
    """PEFT's folder, which Duet reads: the update's factors and what they are scaled by."""
    factors = {f"base_model.model.{name}.{part}.weight": getattr(module, part).weight.detach().cpu()
               for name, module in policy.named_modules() if isinstance(module, LowRank)
               for part in ["lora_A", "lora_B"]}
    adapter = settings["weights"]
    factors = {name: factor.contiguous() for name, factor in factors.items()}
    save_file(factors, output + "/adapter_model.safetensors")
    with open(output + "/adapter_config.json", "w") as file:
        json.dump({"peft_type": "LORA", "r": adapter["rank"], "lora_alpha": adapter["alpha"],
                   "target_modules": ["q", "k", "v", "o"]}, file)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("config")
    parser.add_argument("--pairs", required=True)
    parser.add_argument("--output", required=True)
    parser.add_argument("--resume")
    options = parser.parse_args()
    # Duet writes the settings twice; this one needs no YAML reader.
    settings = json.load(open(os.path.splitext(options.config)[0] + ".json"))
    optim, loss = settings["optim"], settings["loss"]
    is_asked = []
    signal.signal(signal.SIGTERM, lambda *_: is_asked.append(True))
    device = "cpu"
    if torch.cuda.is_available():
        device = f"cuda:{os.environ.get('LOCAL_RANK', 0)}"
        torch.cuda.set_device(device)
    if WORLD > 1:
        dist.init_process_group("nccl" if device != "cpu" else "gloo")

    torch.manual_seed(optim["seed"])
    policy = Policy().requires_grad_(False)
    for block in policy.blocks:
        for name in "qkvo":
            block["self_attn"][name] = LowRank(
                block["self_attn"][name], settings["weights"]["rank"], settings["weights"]["alpha"])
    policy.to(device)
    trained = [p for p in policy.parameters() if p.requires_grad]
    method = torch.optim.AdamW(
        trained, lr=optim["lr"], betas=optim["betas"], eps=optim["eps"],
        weight_decay=optim["weight_decay"])
    pairs = read_pairs(options.pairs + "/train.jsonl")
    per_step = min(optim["batch"], len(pairs))
    per_epoch = math.ceil(len(pairs) / per_step)
    steps = optim.get("steps") or optim["epochs"] * per_epoch
    done = 0
    if options.resume:
        state = torch.load(options.resume + "/state.pt", map_location=device)
        done = state["step"]
        method.load_state_dict(state["method"])
        for own, kept in zip(trained, state["trained"]):
            own.data.copy_(kept)

    for step in range(done + 1, steps + 1):
        epoch, place = divmod(step - 1, per_epoch)
        order = torch.randperm(
            len(pairs), generator=torch.Generator().manual_seed(optim["seed"] + epoch))
        batch = [pairs[i] for i in order[place * per_step:(place + 1) * per_step].tolist()]
        own, count = batch[RANK::WORLD], len(batch)
        method.zero_grad()
        numbers = [0.0] * 3
        if own:
            found = differences(policy, own, epoch, settings, device)
            total = 0
            for m, (delta, winner) in found.items():
                pull = -loss["factor"] * loss["beta"][m] * delta
                total = total - F.logsigmoid(pull).sum() + loss["winner_sft_weight"] * winner.sum()
            (total / count).backward()
            numbers = [total.item() / count] + [
                (found[m][0] < 0).sum().item() / count for m in MODALITIES]
        for p in trained:
            p.grad = summed(torch.zeros_like(p) if p.grad is None else p.grad, device)
        if optim.get("grad_clip"):
            torch.nn.utils.clip_grad_norm_(trained, optim["grad_clip"])
        method.step()
        mean, video, audio = summed(numbers, device).tolist()
        tell(step=step, steps=steps, loss=mean, implicit_accuracy__video=video,
             implicit_accuracy__audio=audio)
        # All processes stop at one step, or the others would wait for ever.
        stops = summed([float(bool(is_asked))], device).item() > 0
        if stops or step % settings["checkpoint"]["every"] == 0:
            save({"step": step, "method": method.state_dict(), "trained": trained},
                 f"{options.output}/checkpoint-{step}")
        if stops:
            sys.exit(128 + signal.SIGTERM)

    held_out = [p for source in settings.get("held_out", []) for p in read_pairs(source["file"])]
    if held_out and RANK == 0:
        with torch.no_grad():
            found = [differences(policy, held_out, -1 - k, settings, device) for k in range(4)]
        shares = {m: (sum(f[m][0] for f in found) < 0).float().mean().item() for m in MODALITIES}
        tell(step=steps, steps=steps, held_out_accuracy__video=shares["video"],
             held_out_accuracy__audio=shares["audio"])
    if RANK == 0:
        write_adapter(policy, settings, options.output)
    if WORLD > 1:
        dist.destroy_process_group()


if __name__ == "__main__":
    main()
