"""Measures the sampler's kernels and blocks beside PyTorch's, same weights, inputs and threads.

    python deploy/bench/sampler.py --bench .build/release/sampler-bench [--threads 2] [CASE ...]

Prints one JSON object per case and precision: case, duet_s, torch_s, ratio = torch_s / duet_s,
the same of processor seconds, duet_peak_mb, torch_peak_mb, gflops (duet's, by PyTorch's count of
operations), peak_gflops (what the machine does in registers, by peak.c on as many threads), and
how far the results are apart. Needs torch, safetensors and a C compiler.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch.utils.flop_counter import FlopCounterMode, sdpa_flop_count

CASES = ["product", "attention", "block", "stack", "loop"]


def peak_mb():
    """The process's largest resident memory so far."""
    for line in open("/proc/self/status"):
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024


def linear(w, name, x):
    return F.linear(x, w[name + ".weight"], w[name + ".bias"])


def heads(x, count):
    return x.view(x.shape[0], x.shape[1], count, -1).transpose(1, 2)


def rotate(x, cosine, sine):
    """Adjacent pairs of [batch, heads, tokens, width]."""
    a, b = x[..., 0::2], x[..., 1::2]
    return torch.stack((a * cosine - b * sine, a * sine + b * cosine), -1).flatten(-2)


def attend(w, name, x, context, count, rotation=None):
    def normed(part, source):
        y = linear(w, f"{name}.{part}", source)
        return heads(F.rms_norm(y, y.shape[-1:], w[f"{name}.norm_{part}.weight"], 1e-6), count)

    q, k = normed("q", x), normed("k", context)
    if rotation is not None:
        q, k = rotate(q, *rotation), rotate(k, *rotation)
    mixed = F.scaled_dot_product_attention(q, k, heads(linear(w, f"{name}.v", context), count))
    return linear(w, f"{name}.o", mixed.transpose(1, 2).flatten(2))


def modulated(x, scale, shift):
    return F.layer_norm(x, x.shape[-1:], eps=1e-6) * (1 + scale) + shift


def feed_forward(w, name, x):
    return linear(w, name + ".2", F.gelu(linear(w, name + ".0", x), approximate="tanh"))


def block(w, name, x, i):
    """One JavisDiT++ block: shared attention, a feed-forward network per modality."""
    m = (w[f"{name}.modulation"] + i["time"][:, 0]).unsqueeze(2).unbind(1)
    a = (w[f"{name}.audio_modulation.param"] + i["audio_time"][:, 0]).unsqueeze(2).unbind(1)
    count, video = int(i["heads"]), int(i["video_count"])
    own = modulated(x, m[1], m[0])
    x = x + m[2] * attend(w, name + ".self_attn", own, own, count, (i["cosine"], i["sine"]))
    query = F.layer_norm(
        x, x.shape[-1:], w[name + ".norm3.weight"], w[name + ".norm3.bias"], 1e-6
    )
    x = x + attend(w, name + ".cross_attn", query, i["context"], count)
    v, s = x[:, :video], x[:, video:]
    v = v + m[5] * feed_forward(w, name + ".ffn", modulated(v, m[4], m[3]))
    s = s + a[2] * feed_forward(w, name + ".audio_ffn", modulated(s, a[1], a[0]))
    return torch.cat((v, s), 1)


def random_linear(w, name, inputs, outputs):
    w[name + ".weight"] = torch.randn(outputs, inputs) / math.sqrt(inputs)
    w[name + ".bias"] = torch.randn(outputs) * 0.1


def random_block(w, name, width, hidden):
    w[name + ".modulation"] = torch.randn(1, 6, width) * 0.3
    w[name + ".audio_modulation.param"] = torch.randn(1, 3, width) * 0.3
    for kind in ["self_attn", "cross_attn"]:
        for part in "qkvo":
            random_linear(w, f"{name}.{kind}.{part}", width, width)
        for part in "qk":
            w[f"{name}.{kind}.norm_{part}.weight"] = 1 + torch.randn(width) * 0.1
    w[name + ".norm3.weight"] = 1 + torch.randn(width) * 0.1
    w[name + ".norm3.bias"] = torch.randn(width) * 0.1
    for kind in ["ffn", "audio_ffn"]:
        random_linear(w, f"{name}.{kind}.0", width, hidden)
        random_linear(w, f"{name}.{kind}.2", hidden, width)


def angles(places, width):
    """Cosines and sines of tokens at (t, h, w), as Wan's heads have them."""
    plane = 2 * (width // 6)
    parts = []
    for axis, count in enumerate([width - 2 * plane, plane, plane]):
        powers = torch.arange(0, count, 2, dtype=torch.float64) / count
        parts.append(places[:, axis : axis + 1].double() * 10000.0**-powers)
    table = torch.cat(parts, 1)
    return table.cos().float(), table.sin().float()


def joint_places(frames, rows, columns, steps, bands):
    video = torch.cartesian_prod(
        torch.arange(frames), torch.arange(rows), torch.arange(columns)
    ).double()
    audio = torch.cartesian_prod(torch.arange(steps), torch.arange(bands)).double()
    frame = (audio[:, 0] * frames / steps).round()
    audio = torch.stack((frame, audio[:, 0] + rows, audio[:, 1] + columns), 1)
    return torch.cat((video, audio))


def make_product():
    x, weight = torch.randn(2512, 1536), torch.randn(8960, 1536) / 40
    return {}, {"x": x, "weight": weight}, lambda w, i: F.linear(i["x"], i["weight"])


def make_attention():
    i = {name: torch.randn(1, 4096, 12, 128) for name in "qkv"}

    def work(w, i):
        q, k, v = (i[name].transpose(1, 2) for name in "qkv")
        return F.scaled_dot_product_attention(q, k, v).transpose(1, 2)

    return {}, i, work


def make_blocks(layers, width=1536, count=12, hidden=8960):
    w = {}
    for layer in range(layers):
        random_block(w, f"blocks.{layer}", width, hidden)
    # 2 304 video tokens and 208 audio tokens: 8 frames of 18 x 16, 26 steps of 8 bands.
    cosine, sine = angles(joint_places(8, 18, 16, 26, 8), width // count)
    i = {
        "x": torch.randn(1, 2512, width),
        "context": torch.randn(1, 512, width),
        "time": torch.randn(1, 1, 6, width) * 0.3,
        "audio_time": torch.randn(1, 1, 3, width) * 0.3,
        "cosine": cosine,
        "sine": sine,
        "video_count": torch.tensor(2304),
        "width": torch.tensor(width),
        "heads": torch.tensor(count),
        "hidden": torch.tensor(hidden),
        "layers": torch.tensor(layers),
    }

    def work(w, i):
        x = i["x"]
        for layer in range(layers):
            x = block(w, f"blocks.{layer}", x, i)
        return x

    return w, i, work


def make_loop(width=128, count=4, hidden=512, layers=4, steps=20, channels=64, bands=32):
    """The toy model: 64 video tokens, 50 audio tokens, learned positions, words of its own,
    guidance of both modalities in one batch of 2."""
    w = {}
    for name, inputs, outputs in [
        ("time_embedding.0", 256, width),
        ("time_embedding.2", width, width),
        ("time_projection.1", width, 6 * width),
        ("audio_time_projection.1", width, 3 * width),
        ("text_embedding.0", width, width),
        ("text_embedding.2", width, width),
        ("patch_embedding", channels, width),
        ("audio_patch_embedding", bands, width),
        ("head.head", width, channels),
        ("audio_head.head", width, bands),
    ]:
        random_linear(w, name, inputs, outputs)
    for name, axes in [("patch_embedding", 3), ("audio_patch_embedding", 2)]:
        w[name + ".weight"] = w[name + ".weight"].view(width, -1, *[1] * axes)
    for name in ["head", "audio_head"]:
        w[name + ".modulation"] = torch.randn(1, 2, width) * 0.3
    for layer in range(layers):
        random_block(w, f"blocks.{layer}", width, hidden)
    w["position_table"] = torch.randn(114, width) * 0.3
    w["word_embedding.weight"] = torch.randn(26, width)
    i = {
        "video": torch.randn(1, channels, 8, 4, 2),
        "audio": torch.randn(1, bands, 25, 2),
        "words": torch.randint(1, 26, (1, 13)),
    }
    for name, value in [
        ("width", width), ("heads", count), ("hidden", hidden), ("layers", layers),
        ("steps", steps), ("channels", channels), ("audio_channels", bands),
    ]:
        i[name] = torch.tensor(value)
    rotation = angles(joint_places(8, 4, 2, 25, 2), width // count)

    def velocity(w, i, video, audio, timestep, kind):
        powers = torch.arange(128, dtype=torch.float64) / 128
        wave = timestep * torch.exp(-math.log(10000) * powers)
        wave = torch.cat((wave.cos(), wave.sin())).to(kind)[None]
        vector = linear(w, "time_embedding.2", F.silu(linear(w, "time_embedding.0", wave)))
        told = F.silu(vector)
        i["time"] = linear(w, "time_projection.1", told).view(1, 1, 6, -1)
        i["audio_time"] = linear(w, "audio_time_projection.1", told).view(1, 1, 3, -1)
        text = F.gelu(linear(w, "text_embedding.0", i["texts"]), approximate="tanh")
        i["context"] = linear(w, "text_embedding.2", text)
        x = torch.cat((
            F.linear(video.flatten(2).mT, w["patch_embedding.weight"].flatten(1),
                     w["patch_embedding.bias"]),
            F.linear(audio.flatten(2).mT, w["audio_patch_embedding.weight"].flatten(1),
                     w["audio_patch_embedding.bias"]),
        ), 1) + w["position_table"]
        for layer in range(layers):
            x = block(w, f"blocks.{layer}", x, i)

        def head(name, part, like):
            shift, scale = (w[name + ".modulation"] + vector[:, None]).unbind(1)
            y = linear(w, name + ".head", modulated(part, scale[:, None], shift[:, None]))
            return y.mT.reshape(like.shape)

        return head("head", x[:, :64], video), head("audio_head", x[:, 64:], audio)

    def work(w, i):
        kind = i["video"].dtype
        words = torch.cat((i["words"], torch.zeros_like(i["words"])))
        i = dict(i, texts=w["word_embedding.weight"][words], video_count=64)
        i["cosine"], i["sine"] = (part.to(kind) for part in rotation)
        video, audio = i["video"], i["audio"]
        sigmas = torch.linspace(1, 0, steps + 1, dtype=torch.float64)
        sigmas = 3 * sigmas / (1 + 2 * sigmas)
        for k in range(steps):
            both = velocity(
                w, i, video.repeat(2, 1, 1, 1, 1), audio.repeat(2, 1, 1, 1), 1000 * sigmas[k], kind
            )
            distance = float(sigmas[k + 1] - sigmas[k])
            moved = []
            for latent, v in zip((video, audio), both):
                moved.append(latent + distance * (v[1:] + 4 * (v[:1] - v[1:])))
            video, audio = moved
        return torch.cat((video.flatten(), audio.flatten()))

    return w, i, work


def attention_flops(query, key, value, *rest, **others):
    return sdpa_flop_count(query, key, value)


# The attention of processors, which PyTorch does not count by itself.
UNCOUNTED = {torch.ops.aten._scaled_dot_product_flash_attention_for_cpu: attention_flops}


def in_precision(tensors, kind):
    return {k: v.to(kind) if v.is_floating_point() else v for k, v in tensors.items()}


def torch_side(folder, case, threads, repetitions, precision):
    """Runs PyTorch in a process of its own, so that its peak memory is its own."""
    torch.manual_seed(0)
    torch.set_num_threads(threads)
    w, i, work = {
        "product": make_product, "attention": make_attention, "block": lambda: make_blocks(1),
        "stack": lambda: make_blocks(4), "loop": make_loop,
    }[case]()
    kind = torch.bfloat16 if precision == "bf16" else torch.float32
    w = in_precision(w, kind)
    if w:
        save_file({k: v.contiguous() for k, v in w.items()}, folder + "/weights.safetensors")
    if case == "product":
        i["weight"] = i["weight"].to(kind)
    save_file({k: v.contiguous() for k, v in i.items()}, folder + "/inputs.safetensors")
    i = in_precision(i, kind)
    seconds = []
    with torch.inference_mode():
        work(w, i)
        for _ in range(repetitions):
            start, start_cpu = time.perf_counter(), time.process_time()
            result = work(w, i)
            seconds.append(time.perf_counter() - start)
            seconds.append(time.process_time() - start_cpu)
        memory = peak_mb()
        with FlopCounterMode(display=False, custom_mapping=UNCOUNTED) as counter:
            work(w, i)
    save_file({"result": result.float().contiguous()}, folder + "/torch.safetensors")
    flops = counter.get_total_flops()
    print(json.dumps({"seconds": seconds, "peak_mb": memory, "flops": flops}))


def run(command):
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


def machine_peaks(threads):
    """Billions of operations a second in registers, by precision."""
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "peak.c")
        program = folder + "/peak"
        run(["cc", "-O3", "-march=native", "-pthread", source, "-o", program])
        return json.loads(run([program, str(threads)]))


def compare(bench, case, threads, repetitions, precision, peaks):
    with tempfile.TemporaryDirectory() as folder:
        common = [case, folder, str(threads), str(repetitions), precision]
        theirs = json.loads(run([sys.executable, __file__, "--torch-side", *common]))
        text, peak = run([bench, *common]).splitlines()
        ours = [float(x) for x in text.split()]
        got = load_file(folder + "/duet.safetensors")["result"]
        expected = load_file(folder + "/torch.safetensors")["result"]
        apart = (got.reshape(expected.shape) - expected).abs().max() / expected.std()
        # The best repetition: what else the machine was doing is not what is compared.
        duet, other = min(ours[::2]), min(theirs["seconds"][::2])
        duet_cpu, other_cpu = min(ours[1::2]), min(theirs["seconds"][1::2])
        return {
            "case": f"{case} {precision}",
            "duet_s": round(duet, 5),
            "torch_s": round(other, 5),
            "ratio": round(other / duet, 3),
            "cpu_ratio": round(other_cpu / duet_cpu, 3),
            "duet_peak_mb": round(int(peak) / 1024),
            "torch_peak_mb": round(theirs["peak_mb"]),
            "gflops": round(theirs["flops"] / duet / 1e9, 1),
            "peak_gflops": round(peaks[precision], 1),
            "apart": float(f"{apart:.2g}"),
        }


def main():
    if sys.argv[1:2] == ["--torch-side"]:
        case, folder, threads, repetitions, precision = sys.argv[2:]
        return torch_side(folder, case, int(threads), int(repetitions), precision)
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", nargs="*", default=CASES, metavar="CASE")
    parser.add_argument("--bench", required=True, help="the built sampler-bench")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--repetitions", type=int, default=5)
    options = parser.parse_args()
    peaks = machine_peaks(options.threads)
    for case in options.cases:
        for precision in ["fp32", "bf16"]:
            print(json.dumps(compare(
                options.bench, case, options.threads, options.repetitions, precision, peaks
            )), flush=True)


if __name__ == "__main__":
    main()
