import Campaigns
import Postgres
import Scheduling

/// The prompts that a campaign has had so far.
struct KnownPrompts {
    var stored = StoredPrompts()
    /// Their numbers by hash.
    var numbers: [String: Int] = [:]
}

extension Connection {
    mutating func readKnownPrompts(of campaign: CampaignID) throws(StoreError) -> KnownPrompts {
        var known = KnownPrompts()
        known.stored = try readPrompts(of: campaign) { number, hash in
            known.numbers[hash] = number
        }
        return known
    }
}

extension WriteBatch {
    /// Makes a campaign's active prompts those given.
    mutating func addPrompts(
        _ prompts: [Prompt], of campaign: CampaignID, to known: inout KnownPrompts
    ) throws(StoreError) {
        let first = known.stored.table.count
        if first > 0 { try addGroundTruth(prompts, of: campaign, to: &known) }
        var wanted: Set<Int> = []
        var added: [PromptRow] = []
        for prompt in prompts {
            let hash = prompt.hash
            let next = first + added.count
            let number = known.numbers[hash] ?? next
            wanted.insert(number)
            guard number == next, known.numbers[hash] == nil else { continue }
            guard prompt.isStorable else {
                throw .conflict("prompt '\(prompt.key)' has a zero byte; take it out")
            }
            known.numbers[hash] = next
            added.append(PromptRow(number: next, hash: hash, prompt: prompt))
            known.stored.table.append(
                key: prompt.key, text: prompt.text, video: prompt.groundTruth?.video,
                audio: prompt.groundTruth?.audio)
        }
        guard known.stored.table.count <= TaskID.promptLimit else {
            throw .conflict(
                "a campaign holds at most \(TaskID.promptLimit) prompts; split the prompts file")
        }
        let retired = Set(0..<first).subtracting(wanted)
        addActive(false, retired.subtracting(known.stored.retired), of: campaign)
        addActive(true, known.stored.retired.subtracting(retired), of: campaign)
        known.stored.retired = retired
        try addRows(added, of: campaign)
    }

    /// Gives a prompt that had no ground truth the one it has now.
    ///
    /// It keeps its number, because what was generated for it stays as good as it was.
    private mutating func addGroundTruth(
        _ prompts: [Prompt], of campaign: CampaignID, to known: inout KnownPrompts
    ) throws(StoreError) {
        var rows: [PromptRow] = []
        for prompt in prompts where prompt.groundTruth != nil {
            let bare = Prompt(key: prompt.key, text: prompt.text).hash
            let hash = prompt.hash
            guard known.numbers[hash] == nil,
                let number = known.numbers.removeValue(forKey: bare)
            else { continue }
            known.numbers[hash] = number
            rows.append(PromptRow(number: number, hash: hash, prompt: prompt))
        }
        guard !rows.isEmpty else { return }
        let files = rows.map { row in
            let files = row.prompt.groundTruth
            return (row.number, (video: files?.video, audio: files?.audio))
        }
        known.stored.table.setFiles(Dictionary(uniqueKeysWithValues: files))
        let columns = try PromptColumns(rows)
        add(
            """
            update prompts p set hash = u.hash, ground_truth = u.files::jsonb
                from unnest(\(columns.numbers), \(columns.hashes), \(columns.files))
                    as u (number, hash, files)
                where p.campaign_id = \(campaign) and p.number = u.number
            """)
    }

    private mutating func addActive(
        _ isActive: Bool, _ numbers: Set<Int>, of campaign: CampaignID
    ) {
        guard !numbers.isEmpty else { return }
        add(
            """
            update prompts p set is_active = \(isActive)
                from unnest(\(numbers.sorted())) as u (number)
                where p.campaign_id = \(campaign) and p.number = u.number
            """)
    }

    private mutating func addRows(
        _ rows: [PromptRow], of campaign: CampaignID
    ) throws(StoreError) {
        let most = 10_000
        for start in stride(from: 0, to: rows.count, by: most) {
            let columns = try PromptColumns(rows[start..<min(start + most, rows.count)])
            add(
                """
                insert into prompts (campaign_id, number, hash, key, text, ground_truth)
                    select \(campaign), u.number, u.hash, u.key, u.text, u.files::jsonb
                    from unnest(\(columns.numbers), \(columns.hashes), \(columns.keys),
                        \(columns.texts), \(columns.files)) as u (number, hash, key, text, files)
                """)
        }
    }
}

extension Prompt {
    /// Whether Postgres' texts can hold it.
    fileprivate var isStorable: Bool { !key.utf8.contains(0) && !text.utf8.contains(0) }
}

private struct PromptRow {
    var number: Int
    var hash: String
    var prompt: Prompt
}

/// Rows of prompts as columns.
private struct PromptColumns {
    var numbers: [Int32] = []
    var hashes: [String] = []
    var keys: [String] = []
    var texts: [String] = []
    var files: [String?] = []

    init(_ rows: some Sequence<PromptRow>) throws(StoreError) {
        for row in rows {
            numbers.append(Int32(row.number))
            hashes.append(row.hash)
            keys.append(row.prompt.key)
            texts.append(row.prompt.text)
            files.append(try row.prompt.groundTruth.map(JSONText.encode))
        }
    }
}
