import Wire

/// The pairs of a ranking, found by what people call them.
struct FoundPairs {
    private let campaign: String
    private let ranking: String
    private let header: Answers.ExportHeader

    init(campaign: String, ranking: String, with client: inout Client) throws {
        (self.campaign, self.ranking) = (campaign, ranking)
        header = try decodeAnswer(
            Answers.ExportHeader.self,
            from: try client.query(.exportHeader(campaign: campaign, ranking: ranking)))
    }

    /// The pair of a number or of a prompt's key, or the `best` or the `worst`.
    func find(
        _ pair: String, artifacts: String? = nil, with client: inout Client
    ) throws -> ShownPair {
        ShownPair(try self.pair(pair, with: &client), header, artifacts: artifacts)
    }

    private func pair(
        _ pair: String, with client: inout Client
    ) throws -> Answers.ExportPair {
        if let number = Int64(pair), number > 0 {
            let page = try self.page(filter: "", after: number - 1, with: &client)
            if let found = page.first, found.id == number { return found }
        }
        if pair == "best" || pair == "worst" { return try extreme(pair, with: &client) }
        // A quote in a key is doubled, as the filter language has it.
        let key = pair.replacing("'", with: "''")
        let page = try self.page(filter: "prompt = '\(key)'", after: 0, with: &client)
        if let found = page.first { return found }
        throw Failure.notFound(
            "campaign \(campaign) has no pair \(pair) in this ranking; `duet pairs list "
                + "\(campaign)` shows all pairs, and `duet campaign why \(campaign) \(pair)` why a "
                + "prompt has none")
    }

    /// The pair with the largest margin, or with the smallest; the first of several.
    private func extreme(
        _ pair: String, with client: inout Client
    ) throws -> Answers.ExportPair {
        var best: (margin: Double, id: Int64)?
        var after: Int64 = 0
        while true {
            let pairs = try client.answer(
                [Answers.Pair].self,
                to: .pairs(
                    campaign: campaign, ranking: ranking, filter: "", after: after,
                    limit: 1000))
            for found in pairs {
                let margin = pair == "best" ? found.margin : -found.margin
                if best.map({ margin > $0.margin }) ?? true { best = (margin, found.id) }
            }
            guard let last = pairs.last, pairs.count == 1000 else { break }
            after = last.id
        }
        let found = try best.flatMap { best in
            try page(filter: "", after: best.id - 1, with: &client).first
        }
        guard let found else {
            throw Failure.notFound("campaign \(campaign) has no pair in this ranking")
        }
        return found
    }

    private func page(
        filter: String, after: Int64, with client: inout Client
    ) throws -> [Answers.ExportPair] {
        try decodeAnswer(
            [Answers.ExportPair].self,
            from: try client.query(
                .exportPairs(
                    campaign: campaign, ranking: ranking, filter: filter, after: after,
                    limit: 1)))
    }
}
