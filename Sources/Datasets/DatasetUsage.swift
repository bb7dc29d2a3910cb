/// How each format is opened by the tool it is for, as the card shows it.
enum DatasetUsage {
    static func text(_ format: ExportFormat, header: ExportHeader) -> String {
        let film = header.media.first?.kind.rawValue ?? "video"
        switch format {
        case .parquet:
            return python(
                """
                from datasets import Video, load_dataset

                pairs = load_dataset("path/to/this/folder", split="train")
                # Without torchcodec, take the bytes instead of decoded frames:
                pairs = pairs.cast_column("chosen_\(film)", Video(decode=False))
                """)
        case .webDataset:
            return python(
                """
                import webdataset

                pairs = webdataset.WebDataset("data/train-00000.tar", shardshuffle=False)
                for pair in pairs:
                    print(pair["txt"], len(pair["chosen.\(header.media[0].fileExtension)"]))
                """)
        case .javisDiT:
            return shell("torchrun --standalone scripts/train.py CONFIG --data-path train.csv")
        case .trl:
            return python(
                """
                from datasets import load_dataset

                pairs = load_dataset("json", data_files="train.jsonl", split="train")
                """)
        case .videoDPO:
            return """
                Name the folder of a split, by its whole path, in the configuration; `video1` \
                won. One folder each: VideoDPO counts clips across folders.

                ```yaml
                META: [/path/to/this/folder/train]
                ```

                """
        case .pickAPic:
            return python(
                """
                from datasets import load_dataset

                pairs = load_dataset("path/to/this/folder", split="train")
                pair = pairs[0]
                chosen = pair["\(header.media[0].fileExtension)_0" if pair["label_0"] else \
                "\(header.media[0].fileExtension)_1"]
                """)
        case .mds:
            return python(
                """
                from streaming import StreamingDataset

                pairs = StreamingDataset(local="path/to/this/folder", split="train", batch_size=1)
                """)
        }
    }

    private static func python(_ code: String) -> String { "```python\n\(code)\n```\n" }
    private static func shell(_ code: String) -> String { "```sh\n\(code)\n```\n" }
}
