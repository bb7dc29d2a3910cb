import SwiftProtobuf

extension PBQuery {
    init(_ query: Query) {
        self.init()
        switch query {
        case .campaigns: campaigns = PBQuery.Campaigns()
        case .campaign(let selector): campaign = .with { $0.selector = selector }
        case .campaignFile(let selector): campaignFile = .with { $0.selector = selector }
        case .why(let selector): why = .with { $0.selector = selector }
        case .cost(let selector): cost = .with { $0.selector = selector }
        case .tasks(let campaign, let filter, let after, let limit):
            tasks = .with {
                $0.campaign = campaign
                $0.filter = filter
                $0.after = after
                $0.limit = limit
            }
        case .task(let id): task = .with { $0.task = id }
        case .log(let task, let attempt, let after):
            log = .with {
                $0.task = task
                $0.attempt = attempt
                $0.after = after
            }
        case .workers: workers = PBQuery.Workers()
        case .worker(let selector): worker = .with { $0.selector = selector }
        case .pairs(let campaign, let ranking, let filter, let after, let limit):
            pairs = Pairs(campaign, ranking, filter, after, limit)
        case .rankings(let selector): rankings = .with { $0.selector = selector }
        case .ranking(let campaign, let name): ranking = Ranking(campaign, name)
        case .rankingStatistics(let campaign, let name):
            rankingStatistics = Ranking(campaign, name)
        case .rankingDifference(let campaign, let first, let second):
            rankingDifference = .with {
                $0.campaign = campaign
                $0.first = first
                $0.second = second
            }
        case .prompt(let campaign, let ranking, let key):
            prompt = .with {
                $0.campaign = campaign
                $0.ranking = ranking
                $0.prompt = key
            }
        case .exportHeader(let campaign, let name): exportHeader = Ranking(campaign, name)
        case .exportPairs(let campaign, let ranking, let filter, let after, let limit):
            exportPairs = Pairs(campaign, ranking, filter, after, limit)
        case .events(let campaign, let filter, let after, let limit):
            events = .with {
                $0.campaign = campaign
                $0.filter = filter
                $0.after = after
                $0.limit = limit
            }
        case .rounds: rounds = PBQuery.Rounds()
        case .round(let selector): round = .with { $0.selector = selector }
        case .adapters: adapters = PBQuery.Adapters()
        case .lineage(let selector): lineage = .with { $0.selector = selector }
        case .comparison(let before, let after):
            comparison = .with {
                $0.before = before
                $0.after = after
            }
        case .status: status = PBQuery.Status()
        }
    }

    func query() throws(WireError) -> Query {
        switch body {
        case .campaigns: .campaigns
        case .campaign(let body): .campaign(try Bounds.text(body.selector, "selector"))
        case .campaignFile(let body): .campaignFile(try Bounds.text(body.selector, "selector"))
        case .why(let body): .why(try Bounds.text(body.selector, "selector"))
        case .cost(let body): .cost(try Bounds.text(body.selector, "selector"))
        case .tasks(let body):
            .tasks(
                campaign: try Bounds.text(body.campaign, "campaign"),
                filter: try Bounds.text(body.filter, "filter"), after: body.after,
                limit: Bounds.page(body.limit))
        case .task(let body): .task(body.task)
        case .log(let body):
            .log(task: body.task, attempt: body.attempt, after: max(body.after, 0))
        case .workers: .workers
        case .worker(let body): .worker(try Bounds.text(body.selector, "selector"))
        case .pairs(let body):
            .pairs(
                campaign: try Bounds.text(body.campaign, "campaign"),
                ranking: try Bounds.text(body.ranking, "ranking"),
                filter: try Bounds.text(body.filter, "filter"), after: body.after,
                limit: Bounds.page(body.limit))
        case .rankings(let body): .rankings(try Bounds.text(body.selector, "selector"))
        case .ranking(let body): .ranking(campaign: try body.bounded(), ranking: body.ranking)
        case .rankingStatistics(let body):
            .rankingStatistics(campaign: try body.bounded(), ranking: body.ranking)
        case .rankingDifference(let body):
            .rankingDifference(
                campaign: try Bounds.text(body.campaign, "campaign"),
                first: try Bounds.text(body.first, "first"),
                second: try Bounds.text(body.second, "second"))
        case .prompt(let body):
            .prompt(
                campaign: try Bounds.text(body.campaign, "campaign"),
                ranking: try Bounds.text(body.ranking, "ranking"),
                prompt: try Bounds.text(body.prompt, "prompt"))
        case .exportHeader(let body):
            .exportHeader(campaign: try body.bounded(), ranking: body.ranking)
        case .exportPairs(let body):
            .exportPairs(
                campaign: try Bounds.text(body.campaign, "campaign"),
                ranking: try Bounds.text(body.ranking, "ranking"),
                filter: try Bounds.text(body.filter, "filter"), after: body.after,
                limit: Bounds.page(body.limit))
        case .events(let body):
            .events(
                campaign: try Bounds.text(body.campaign, "campaign"),
                filter: try Bounds.text(body.filter, "filter"), after: body.after,
                limit: Bounds.page(body.limit))
        case .rounds: .rounds
        case .round(let body): .round(try Bounds.text(body.selector, "selector"))
        case .adapters: .adapters
        case .lineage(let body): .lineage(try Bounds.text(body.selector, "selector"))
        case .comparison(let body):
            .comparison(
                before: try Bounds.text(body.before, "before"),
                after: try Bounds.text(body.after, "after"))
        case .status: .status
        case nil: throw .empty
        }
    }
}

extension PBQuery.Pairs {
    fileprivate init(
        _ campaign: String, _ ranking: String, _ filter: String, _ after: Int64, _ limit: Int32
    ) {
        self.init()
        self.campaign = campaign
        self.ranking = ranking
        self.filter = filter
        self.after = after
        self.limit = limit
    }
}

extension PBQuery.Ranking {
    fileprivate init(_ campaign: String, _ ranking: String) {
        self.init()
        self.campaign = campaign
        self.ranking = ranking
    }

    /// The campaign, once both names are known to be short.
    fileprivate func bounded() throws(WireError) -> String {
        _ = try Bounds.text(ranking, "ranking")
        return try Bounds.text(campaign, "campaign")
    }
}
