"""Checks that PEFT's and diffusers' own loaders read our adapters and compute what we compute.

    python deploy/python/check_adapters.py --duet .build/release/duet

Adapters that PEFT and diffusers wrote go through every form of `duet adapter convert` and back into
their own; their loaders must then give the outputs that the fixtures hold. Needs torch, peft and
diffusers.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
from safetensors.torch import load_file

FIXTURES = Path(__file__).parents[2] / "Tests/Fixtures"


class Net(torch.nn.Module):
    """The network of the fixture 06_lora_peft_net; its json says what it computes."""

    def __init__(self, config):
        super().__init__()
        linear, width = torch.nn.Linear, config["din"]

        def block():
            attention = {name: linear(width, width) for name in "qkvo"}
            ffn = [linear(width, config["hidden"]), torch.nn.GELU("tanh"),
                   linear(config["hidden"], width)]
            return torch.nn.ModuleDict({
                "self_attn": torch.nn.ModuleDict(attention), "ffn": torch.nn.Sequential(*ffn),
            })

        self.blocks = torch.nn.ModuleList(block() for _ in range(config["layers"]))
        self.head = linear(width, config["dout"])

    def forward(self, x):
        for block in self.blocks:
            a = block["self_attn"]
            x = x + a["o"](torch.tanh(a["q"](x)) * torch.sigmoid(a["k"](x)) + a["v"](x))
            x = x + block["ffn"](x)
        return self.head(x)


def fixture(name):
    tensors = load_file(FIXTURES / f"{name}.safetensors")
    return json.loads((FIXTURES / f"{name}.json").read_text()), tensors


def is_weight(name):
    return name.split(".")[0] not in ("input", "inter", "output", "grad")


def converted(duet, adapter, forms, folder):
    """The adapter after `duet adapter convert` to each form in turn."""
    for step, form in enumerate(forms):
        output = f"{folder}/{step}-{form}"
        done = subprocess.run(
            [duet, "adapter", "convert", str(adapter), "--to", form, "-o", output],
            check=True, stdout=subprocess.PIPE, text=True)
        adapter = done.stdout.strip().splitlines()[-1]
    return adapter


def peft_output(adapter):
    from peft import PeftModel

    about, tensors = fixture("06_lora_peft_net")
    net = Net(about["config"])
    net.load_state_dict({k: v for k, v in tensors.items() if is_weight(k)})
    with torch.inference_mode():
        return PeftModel.from_pretrained(net, adapter)(tensors["input.x"]), tensors["output.y_lora"]


def diffusers_output(adapter):
    from diffusers import WanTransformer3DModel

    about, tensors = fixture("01_wan_dit")
    names = ["patch_size", "num_attention_heads", "attention_head_dim", "in_channels",
             "out_channels", "text_dim", "freq_dim", "ffn_dim", "num_layers", "cross_attn_norm",
             "qk_norm", "eps", "rope_max_seq_len"]
    model = WanTransformer3DModel(**{name: about["config"][name] for name in names})
    model.load_state_dict({k: v for k, v in tensors.items() if is_weight(k)}, strict=False)
    path = Path(adapter)
    model.load_lora_adapter(
        str(path.parent), weight_name=path.name, prefix="transformer", adapter_name="checked")
    with torch.inference_mode():
        got = model(
            tensors["input.hidden_states"], tensors["input.timestep"],
            tensors["input.encoder_hidden_states"], return_dict=False)[0]
    return got, fixture("06_lora_diffusers_wan")[1]["output.alpha8.velocity"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--duet", required=True, help="the built program")
    duet = parser.parse_args().duet
    middles = [[], ["comfyui"], ["kohya"], ["diffusers"], ["peft", "kohya"]]
    failed = 0
    for name, source, own, output in [
        ("PEFT", FIXTURES / "06_lora_peft", "peft", peft_output),
        ("diffusers", FIXTURES / "06_lora_diffusers", "diffusers", diffusers_output),
    ]:
        for middle in middles:
            with tempfile.TemporaryDirectory() as folder:
                got, expected = output(converted(duet, source, [*middle, own], folder))
            apart = (got - expected).abs().max().item()
            failed += apart > 1e-4
            route = " -> ".join([*middle, own])
            print(f"{name}: {route}: {'ok' if apart <= 1e-4 else 'FAILED'}, {apart:.1e} apart")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
