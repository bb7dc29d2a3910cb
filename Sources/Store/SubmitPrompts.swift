import Campaigns
import Postgres
import Scheduling

extension Connection {
    /// Makes a campaign's active prompts those given; returns whether that changed anything.
    mutating func storePrompts(
        _ prompts: [Prompt], of campaign: CampaignID
    ) throws(StoreError) -> Bool {
        var known = try readKnownPrompts(of: campaign)
        var changed = try addGroundTruth(prompts, of: campaign, &known)
        var added: [(prompt: Prompt, hash: String)] = []
        var next = known.count
        for prompt in prompts {
            let hash = prompt.hash
            if known.numbers[hash] != nil {
                known.wanted.insert(hash)
                continue
            }
            known.numbers[hash] = next
            known.wanted.insert(hash)
            next += 1
            added.append((prompt, hash))
        }
        guard next <= TaskID.promptLimit else {
            throw .conflict(
                "a campaign holds at most \(TaskID.promptLimit) prompts; split the prompts file")
        }
        let retired = known.active.subtracting(known.wanted)
        let returned = known.wanted.subtracting(known.active)
            .filter { known.numbers[$0] ?? 0 < known.count }
        try setActive(false, retired.compactMap { known.numbers[$0] }, of: campaign)
        try setActive(true, returned.compactMap { known.numbers[$0] }, of: campaign)
        try append(added, from: known.count, of: campaign)
        changed = changed || !added.isEmpty || !retired.isEmpty || !returned.isEmpty
        return changed
    }

    private mutating func readKnownPrompts(
        of campaign: CampaignID
    ) throws(StoreError) -> KnownPrompts {
        var known = KnownPrompts()
        try storing { (connection) throws(PostgresError) in
            known.count = try connection.copyOut(
                """
                copy (select number, hash, is_active from prompts where campaign_id = \(campaign))
                    to stdout (format binary)
                """
            ) { (row) throws(PostgresError) in
                let number = Int(try row.readInt32())
                let hash = try row.readString()
                known.numbers[hash] = number
                if try row.readBool() { known.active.insert(hash) }
            }
        }
        return known
    }

    /// Gives a prompt that had no ground truth the one it has now.
    ///
    /// It keeps its number, because what was generated for it stays as good as it was.
    private mutating func addGroundTruth(
        _ prompts: [Prompt], of campaign: CampaignID, _ known: inout KnownPrompts
    ) throws(StoreError) -> Bool {
        guard known.count > 0 else { return false }
        var numbers: [Int32] = []
        var hashes: [String] = []
        var files: [String] = []
        for prompt in prompts where prompt.groundTruth != nil {
            let bare = Prompt(key: prompt.key, text: prompt.text).hash
            let hash = prompt.hash
            guard known.numbers[hash] == nil, let number = known.numbers[bare] else { continue }
            known.numbers[bare] = nil
            known.numbers[hash] = number
            if known.active.remove(bare) != nil { known.active.insert(hash) }
            numbers.append(Int32(number))
            hashes.append(hash)
            files.append(try JSONText.encode(prompt.groundTruth))
        }
        guard !numbers.isEmpty else { return false }
        try storing { (connection) throws(PostgresError) in
            try connection.execute(
                """
                update prompts p set hash = u.hash, ground_truth = u.files::jsonb
                    from unnest(\(numbers), \(hashes), \(files)) as u (number, hash, files)
                    where p.campaign_id = \(campaign) and p.number = u.number
                """)
        }
        return true
    }

    private mutating func setActive(
        _ isActive: Bool, _ numbers: [Int], of campaign: CampaignID
    ) throws(StoreError) {
        guard !numbers.isEmpty else { return }
        try storing { (connection) throws(PostgresError) in
            try connection.execute(
                """
                update prompts p set is_active = \(isActive)
                    from unnest(\(numbers)) as u (number)
                    where p.campaign_id = \(campaign) and p.number = u.number
                """)
        }
    }

    private mutating func append(
        _ prompts: [(prompt: Prompt, hash: String)], from first: Int, of campaign: CampaignID
    ) throws(StoreError) {
        guard !prompts.isEmpty else { return }
        try storing { (connection) throws(PostgresError) in
            try connection.copyIn(
                """
                copy prompts (campaign_id, number, is_active, hash, key, text, ground_truth)
                    from stdin (format binary)
                """
            ) { (writer) throws(PostgresError) in
                for (index, entry) in prompts.enumerated() {
                    try writer.startRow(columns: 7)
                    writer.write(campaign)
                    writer.write(Int32(first + index))
                    writer.write(true)
                    writer.write(entry.hash)
                    writer.write(entry.prompt.key)
                    writer.write(entry.prompt.text)
                    if let files = entry.prompt.groundTruth,
                        let text = try? JSONText.encode(files)
                    {
                        writer.writeJSONB(text)
                    } else {
                        writer.writeNull()
                    }
                }
            }
        }
    }
}

/// The prompts that a campaign has had so far, by hash.
private struct KnownPrompts {
    var numbers: [String: Int] = [:]
    var active: Set<String> = []
    var wanted: Set<String> = []
    var count = 0
}
