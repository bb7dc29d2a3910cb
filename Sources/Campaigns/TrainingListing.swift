import FoundationEssentials

/// One thing a training learns from, as a file names it: a clip, or a winner and a loser.
public struct TrainingItem: Sendable, Equatable {
    /// What identifies it; unique in the training.
    public var id: String
    /// The text.
    public var text: String
    /// The files of its clips: one, or the winner's and the loser's.
    public var clips: [Prompt.GroundTruth]
    /// What a loss counts it.
    public var weight: Double
    /// Whether its videos count only at high noise.
    public var isLowQuality: Bool
}

extension TrainingFile {
    /// Reads the files of clips or pairs; all problems are thrown together.
    ///
    /// `folder` is the training file's. A pair's media may be latents in safetensors.
    public func items(folder: String) throws(CampaignFileError) -> [TrainingItem] {
        let items = try items(of: data, named: "data", folder: folder)
        guard !items.isEmpty else {
            throw CampaignFileError(problems: [
                Problem(
                    file: data[0].file, line: 0, path: "data", message: "the files name nothing")
            ])
        }
        return items
    }

    /// Reads the files that the training is measured on; none of them may be learned from.
    public func heldOutItems(
        folder: String, learned: [TrainingItem]
    ) throws(CampaignFileError) -> [TrainingItem] {
        let items = try items(of: heldOut, named: "held_out", folder: folder)
        let known = Set(learned.map(\.clips))
        guard let twice = items.first(where: { known.contains($0.clips) }) else { return items }
        throw CampaignFileError(problems: [
            Problem(
                file: heldOut[0].file, line: 0, path: "held_out",
                message: "'\(twice.id)' is in data as well; what is learned from measures nothing")
        ])
    }

    private func items(
        of sources: [Source], named key: String, folder: String
    ) throws(CampaignFileError) -> [TrainingItem] {
        let problems = ProblemList()
        var items: [TrainingItem] = []
        for (index, source) in sources.enumerated() {
            let path = absolutePath(source.file, in: folder)
            let text: String
            do {
                text = try readText(path, limit: PromptFile.sizeLimit)
            } catch {
                for problem in error.problems {
                    problems.report(
                        Place(file: path, line: 0), "\(key)[\(index)].file", problem.message)
                }
                continue
            }
            let reading = TrainingListing(
                text: text, file: path, source: source, problems: problems)
            items += objective == .sft ? reading.clips() : reading.pairs()
        }
        var seen: Set<String> = []
        for item in items where !seen.insert(item.id).inserted {
            problems.report(
                Place(file: sources[0].file, line: 0), key,
                "two files name '\(item.id)'; ids must differ")
        }
        try problems.throwIfAny()
        return items
    }
}

/// Reads one file of clips or pairs.
private struct TrainingListing {
    let text: String
    let file: String
    let source: TrainingFile.Source
    let problems: ProblemList

    func clips() -> [TrainingItem] {
        let columns = Campaign.Columns(
            id: source.id, referenceVideo: source.video, referenceAudio: source.audio)
        return prompts(columns).compactMap { prompt in
            prompt.groundTruth.map { item(prompt, [$0], weight: 1) }
        }
    }

    /// A pairs file is a prompts file in two ways: once with its winners, once with its losers.
    func pairs() -> [TrainingItem] {
        let isCSV = PromptFormat(path: file) == .csv
        let (winners, losers) =
            isCSV
            ? (
                Campaign.Columns(referenceVideo: "path", referenceAudio: "audio_path"),
                Campaign.Columns(
                    referenceVideo: "path_reject", referenceAudio: "audio_path_reject")
            )
            : (
                Campaign.Columns(
                    id: "pair_id", text: "prompt", referenceVideo: "chosen",
                    referenceAudio: "chosen_audio"),
                Campaign.Columns(
                    id: "pair_id", text: "prompt", referenceVideo: "rejected",
                    referenceAudio: "rejected_audio")
            )
        let weights = isCSV ? [] : weights()
        // JavisDiT's ids are those of winners, of which one may win twice; its rows count instead.
        let (first, second) = (
            prompts(winners, countingRows: isCSV), prompts(losers, countingRows: isCSV)
        )
        return zip(first, second).enumerated().compactMap { index, pair in
            guard let winner = pair.0.groundTruth, let loser = pair.1.groundTruth else {
                return nil
            }
            let weight = index < weights.count ? weights[index] : 1
            return item(pair.0, [winner, loser], weight: weight)
        }
    }

    private func item(
        _ prompt: Prompt, _ clips: [Prompt.GroundTruth], weight: Double
    ) -> TrainingItem {
        TrainingItem(
            id: prompt.key, text: prompt.text, clips: clips, weight: weight,
            isLowQuality: source.isLowQuality)
    }

    private func prompts(_ columns: Campaign.Columns, countingRows: Bool = false) -> [Prompt] {
        let examples = ExampleList(file: file, problems: problems)
        var rows = PromptFile.rows(
            of: text, file: file, columns: columns, limit: .max, examples)
        if countingRows { for index in rows.indices { rows[index].id = nil } }
        let checking = PromptChecking(
            folder: parentFolder(of: file), needsGroundTruth: true, examples: examples)
        let prompts = checking.prompts(of: rows).map(\.prompt)
        examples.finish()
        return prompts
    }

    private func weights() -> [Double] {
        struct Line: Decodable {
            var weight: Double?
        }
        let decoder = JSONDecoder()
        return text.utf8.split(separator: UInt8(ascii: "\n")).compactMap { line in
            line.allSatisfy { $0 == 32 || $0 == 9 || $0 == 13 }
                ? nil : (try? decoder.decode(Line.self, from: Data(line)))?.weight ?? 1
        }
    }
}
