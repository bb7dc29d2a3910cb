"""Opens an export with the tool it is for and prints what that tool sees, as one JSON object.

    open_export.py FORMAT FOLDER

`types` says what the tool takes each column for; `rows` has, for each pair, its split, its prompt
and the SHA-256 of its four files (chosen and rejected film, chosen and rejected sound).
"""

import hashlib
import json
import os
import sys
import types
from pathlib import Path


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def load(folder, **options):
    import datasets

    datasets.disable_progress_bars()
    return datasets.load_dataset(str(folder), **options)


def named(features):
    """The name of each feature's type, with the rate of a sound."""
    import datasets

    names = {}
    for column, feature in features.items():
        names[column] = getattr(feature, "dtype", None) or type(feature).__name__
        if isinstance(feature, datasets.Video):
            names[column] = "Video"
        if isinstance(feature, datasets.Audio):
            names[column] = f"Audio {feature.sampling_rate}"
    return names


def parquet(folder):
    from datasets import Audio, Video

    rows, seen = [], {}
    for split, pairs in load(folder).items():
        seen = named(pairs.features)
        media = ["chosen_video", "rejected_video", "chosen_audio", "rejected_audio"]
        for column in media:
            kind = Video if column.endswith("video") else Audio
            pairs = pairs.cast_column(column, kind(decode=False))
        for pair in pairs:
            rows.append([split, pair["prompt"]] + [sha256(pair[name]["bytes"]) for name in media])
    return seen, rows


def pick_a_pic(folder):
    rows, seen = [], {}
    for split, pairs in load(folder).items():
        seen = named(pairs.features)
        for pair in pairs:
            won = 0 if pair["label_0"] == 1 else 1
            sides = [f"{kind}_{side}" for kind in ("mp4", "wav") for side in (won, 1 - won)]
            rows.append([split, pair["caption"]] + [sha256(pair[side]) for side in sides])
    return seen, rows


def webdataset(folder):
    import webdataset as tool

    # `datasets` opens the same shards; it decodes sound while it writes its own copy, so only
    # what it takes the members for is looked at.
    seen = {}
    for pairs in load(folder, streaming=True).values():
        seen = named(pairs.features)
    rows = []
    for shard in sorted(folder.glob("data/*.tar")):
        split = shard.name.split("-")[0]
        for pair in tool.WebDataset(str(shard), shardshuffle=False, empty_check=False):
            members = ["chosen.mp4", "rejected.mp4", "chosen.wav", "rejected.wav"]
            prompt = pair["txt"].decode()
            assert json.loads(pair["json"])["prompt"] == prompt
            rows.append([split, prompt] + [sha256(pair[name]) for name in members])
    return seen, rows


def javisdit_csv(folder):
    import pandas

    rows, seen = [], {}
    for listing in sorted(folder.glob("*.csv")):
        table = pandas.read_csv(listing)
        seen = {str(place): name for place, name in enumerate(table.columns)}
        for _, pair in table.iterrows():
            paths = ["path", "path_reject", "audio_path", "audio_path_reject"]
            rows.append(
                [listing.stem, pair["text"]]
                + [sha256((folder / pair[name]).read_bytes()) for name in paths]
            )
    return seen, rows


def trl(folder):
    rows, seen = [], {}
    for listing in sorted(folder.glob("*.jsonl")):
        # The file alone, as TRL's own scripts load it, without the types on the card.
        pairs = load("json", data_files=str(listing), split="train")
        seen = named(pairs.features)
        for pair in pairs:
            paths = ["chosen", "rejected", "chosen_audio", "rejected_audio"]
            rows.append(
                [listing.stem, pair["prompt"]]
                + [sha256((folder / pair[name]).read_bytes()) for name in paths]
            )
    assert {split: len(pairs) for split, pairs in load(folder).items()}
    return seen, rows


def videodpo(folder):
    # VideoDPO has no package; this walks the two files as its TextVideoDPO does.
    rows = []
    for split in sorted(path.parent for path in folder.glob("*/pair.json")):
        clips = json.loads((split / "metadata.json").read_text())
        clips = [clip for clip in clips if clip["basic"]["clip_duration"] >= 1.0]
        for pair in json.loads((split / "pair.json").read_text()):
            row = [split.name, pair["frame_caption"]]
            for side in ("video1", "video2"):
                clip = clips[pair[side]]
                assert clip["misc"]["frame_caption"][0] == pair["frame_caption"]
                row.append(sha256((split / clip["basic"]["clip_path"]).read_bytes()))
            rows.append(row)
    return {}, rows


def mds(folder):
    name_what_is_not_used()
    from streaming import StreamingDataset

    rows, seen = [], {}
    for index in sorted(folder.glob("*/index.json")):
        split = index.parent.name
        pairs = StreamingDataset(local=str(folder), split=split, shuffle=False, batch_size=1)
        for pair in pairs:
            seen = {name: type(value).__name__ for name, value in pair.items()}
            assert pair["meta"]["pair_id"] == pair["pair_id"]
            members = ["chosen.mp4", "rejected.mp4", "chosen.wav", "rejected.wav"]
            rows.append([split, pair["prompt"]] + [sha256(pair[name]) for name in members])
    return seen, rows


def pairs(folder):
    """Every value of pairs.parquet as text, under the names; real numbers by their bits."""
    import struct

    import pyarrow.parquet

    table = pyarrow.parquet.read_table(folder / "pairs.parquet")
    rows = [table.column_names]
    for row in table.to_pylist():
        rows.append([])
        for value in row.values():
            if isinstance(value, float):
                value = struct.unpack("<Q", struct.pack("<d", value))[0]
            rows[-1].append("null" if value is None else str(value))
    return {}, rows


def name_what_is_not_used():
    """Lets MosaicML Streaming be imported without PyTorch, torchvision and transformers.

    Its readers only derive from two of their classes and ask whether there are other processes.
    A gigabyte of packages would change nothing about what is read here.
    """
    def module(name, **names):
        sys.modules[name] = types.ModuleType(name)
        sys.modules[name].__dict__.update(names)
        return sys.modules[name]

    alone = {"is_available": lambda: False, "is_initialized": lambda: False}
    module("torch", Tensor=object, distributed=module("torch.distributed", **alone))
    module("torch.utils")
    module(
        "torch.utils.data", Dataset=type("Dataset", (), {}), DataLoader=type("DataLoader", (), {}),
        IterableDataset=type("IterableDataset", (), {}), get_worker_info=lambda: None,
    )
    for name, attribute in [
        ("torchvision", None), ("torchvision.transforms", None), ("transformers", None),
        ("transformers.models", None), ("transformers.models.auto", None),
        ("torchvision.datasets", "VisionDataset"),
        ("torchvision.transforms.functional", "to_tensor"),
        ("transformers.feature_extraction_utils", "BatchFeature"),
        ("transformers.tokenization_utils_base", "BatchEncoding"),
        ("transformers.models.auto.tokenization_auto", "AutoTokenizer"),
    ]:
        module(name, **({attribute: type(attribute, (), {})} if attribute else {}))


def main():
    form, folder = sys.argv[1], Path(sys.argv[2])
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    seen, rows = globals()[form.replace("-", "_")](folder)
    if form != "pairs":
        rows.sort()
    print(json.dumps({"types": seen, "rows": rows}))


main()
