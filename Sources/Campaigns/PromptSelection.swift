/// Leaves out what a campaign excludes and what repeats earlier prompts, and says so.
struct PromptSelection {
    let rule: Campaign.Prompts
    let file: String
    let notes: ProblemList

    /// Drops repeated prompts as the campaign asks, or only notes them.
    func distinct(_ prompts: [PlacedPrompt], lookingForNearDuplicates: Bool) -> [PlacedPrompt] {
        let texts = prompts.map { NormalisedText($0.prompt.text) }
        var isDropped = Array(repeating: false, count: prompts.count)
        var lines: [[UInt8]: Int] = [:]
        lines.reserveCapacity(prompts.count)
        var equal: [(line: Int, text: String)] = []
        for (index, text) in texts.enumerated() {
            let line = prompts[index].line
            let key = text.key
            if let earlier = lines[key] {
                isDropped[index] = true
                equal.append((line, "\(line) (as \(earlier))"))
            } else {
                lines[key] = line
            }
        }
        let ofAll = "of \(prompts.count) prompts"
        note(
            equal,
            rule.dedupe == nil
                ? {
                    "\($0) \(ofAll) have the text of an earlier one: \($1); "
                        + "set prompts.dedupe to drop them"
                }
                : { "dropped \($0) \(ofAll), which have the text of an earlier one: \($1)" })
        if rule.dedupe?.method == .minhash || lookingForNearDuplicates {
            let standard = rule.dedupe?.method == .minhash ? rule.dedupe : nil
            let settings = standard ?? Campaign.Dedupe()
            let similar = similar(prompts, texts, settings, &isDropped)
            let percent = Quantity.text((settings.threshold * 1000).rounded() / 10)
            let what =
                "share at least \(percent) % of their \(settings.ngram)-word shingles "
                + "with an earlier one"
            note(
                similar,
                standard == nil
                    ? { "\($0) \(ofAll) \(what): \($1); set prompts.dedupe to drop them" }
                    : { "dropped \($0) \(ofAll), which \(what): \($1)" })
        }
        guard let dedupe = rule.dedupe else { return prompts }
        guard dedupe.method == .exact, lookingForNearDuplicates else {
            return zip(prompts, isDropped).filter { !$0.1 }.map(\.0)
        }
        var seen: Set<[UInt8]> = []
        return zip(prompts, texts).filter { seen.insert($0.1.key).inserted }.map(\.0)
    }

    /// Marks prompts that are near-duplicates of earlier ones that stay.
    private func similar(
        _ prompts: [PlacedPrompt], _ texts: [NormalisedText], _ settings: Campaign.Dedupe,
        _ isDropped: inout [Bool]
    ) -> [(line: Int, text: String)] {
        var search = NearDuplicates(threshold: settings.threshold)
        var found: [(line: Int, text: String)] = []
        for index in prompts.indices where !isDropped[index] {
            let shingles = texts[index].shingles(of: settings.ngram)
            guard let match = search.match(shingles, index: index) else { continue }
            isDropped[index] = true
            let percent = Int((match.similarity * 100).rounded())
            let line = prompts[index].line
            found.append((line, "\(line) (\(percent) % of \(prompts[match.index].line))"))
        }
        return found
    }

    /// Returns the rows whose texts are in none of the excluded files.
    func included(_ rows: [PromptRow], excluding lists: [ExcludedTexts]) -> [PromptRow] {
        guard !lists.isEmpty else { return rows }
        var excluded = Array(repeating: [(line: Int, text: String)](), count: lists.count)
        let left = rows.filter { row in
            guard let text = row.text else { return true }
            let key = NormalisedText(text).key
            guard let list = lists.firstIndex(where: { $0.texts.contains(key) }) else {
                return true
            }
            excluded[list].append((row.line, "\(row.line)"))
            return false
        }
        for (index, list) in lists.enumerated() {
            if excluded[index].isEmpty {
                notes.report(
                    Place(file: list.file, line: 0), "prompts.exclude",
                    "excludes none of \(rows.count) prompts; check that it is the file you mean")
            }
            note(excluded[index]) {
                "excluded \($0) of \(rows.count) prompts, whose texts are in \(list.name): "
                    + "\($1)"
            }
        }
        return left
    }

    private func note(
        _ found: [(line: Int, text: String)], _ message: (Int, String) -> String
    ) {
        guard let first = found.first else { return }
        let shown = found.prefix(ExampleList.limit).map(\.text)
        notes.report(
            Place(file: file, line: first.line), "",
            message(
                found.count,
                (found.count == 1 ? "line " : "lines ")
                    + ExampleList.named(shown, of: found.count)))
    }
}

/// The texts of a file of prompts that must not take part.
struct ExcludedTexts {
    /// The file as the campaign names it.
    var name: String
    var file: String
    var texts: Set<[UInt8]>
}
