public import Campaigns

/// What is known of a campaign that a round has to do with.
public struct CampaignFacts: Sendable, Equatable {
    /// How far it is.
    public enum Phase: Sendable, Equatable {
        /// It runs, or will again.
        case open
        /// It does nothing until a person helps.
        case stopped(String)
        /// All of it ended.
        case completed
        /// It never will.
        case cancelled
    }

    /// How far it is.
    public var phase: Phase
    /// Its current ranking, or the one that the round names.
    public var ranking: RankingFacts?
    /// Whether a training left its adapter.
    public var hasProduct: Bool

    /// Describes a campaign.
    public init(phase: Phase, ranking: RankingFacts? = nil, hasProduct: Bool = false) {
        (self.phase, self.ranking, self.hasProduct) = (phase, ranking, hasProduct)
    }
}

/// What a condition may ask of a ranking.
public struct RankingFacts: Sendable, Equatable {
    /// Its pairs.
    public var pairs: Int
    /// Prompts ranked.
    public var prompts: Int
    /// Candidates that competed.
    public var candidates: Int
    /// The share of winners that are ground truth.
    public var referenceWinnerShare: Double

    /// Describes a ranking.
    public init(pairs: Int, prompts: Int, candidates: Int, referenceWinnerShare: Double) {
        (self.pairs, self.prompts, self.candidates) = (pairs, prompts, candidates)
        self.referenceWinnerShare = referenceWinnerShare
    }

    func value(_ name: String) -> Double? {
        switch name {
        case "pairs": Double(pairs)
        case "prompts": Double(prompts)
        case "candidates": Double(candidates)
        case "reference_winner_share": referenceWinnerShare
        default: nil
        }
    }
}

/// The campaigns of a round as they are now; nil for one that does not exist.
public struct RoundFacts: Sendable, Equatable {
    /// The one whose pairs it trains on.
    public var source: CampaignFacts?
    /// The one that trains.
    public var training: CampaignFacts?
    /// The evaluation of what it starts from.
    public var before: CampaignFacts?
    /// The evaluation of what it trained.
    public var after: CampaignFacts?
    /// The distances of what it starts from, as its clips are now.
    public var beforeDistances: CampaignFacts?
    /// The distances of what it trained.
    public var afterDistances: CampaignFacts?
    /// Whether the round that follows it is recorded.
    public var hasNext = false
    /// The rounds whose pairs it trains on again, by number.
    public var origins: [RoundRecord] = []
    /// When the rounds of its name begin.
    public var trigger = RoundTrigger()
    /// The pairs of the ranking that the round before trained on; 0 for the first.
    public var pairsBefore = 0

    /// Nothing is there.
    public init() {}
}

/// What is to be done next for a round.
public enum RoundStep: Sendable, Equatable {
    /// Nothing until something else ends; the reason is for people.
    case wait(String)
    /// Nothing until a person does something about the reason.
    case ask(String)
    /// The candidates of a later round are to be made.
    case submitCandidates
    /// The pairs are to be frozen.
    case freeze
    /// The pairs that another round froze are to be taken over.
    case takePairs(of: RoundRecord)
    /// The training is to be submitted.
    case submitTraining
    /// The adapter that the training left is to be recorded.
    case takeAdapter
    /// The new policy is to be evaluated.
    case submitEvaluation
    /// How far the clips of the policy of a round are from ground truth is to be measured.
    case submitDistances(Int)
    /// Before and after are to be compared and the gates asked.
    case judge
    /// It never will have an adapter.
    case cancel(String)
    /// The round that follows is to be recorded.
    case startNext
    /// Nothing is left.
    case none
}

/// Decides what a round needs next from what is durable alone, so that whoever goes on with it
/// after a crash does the same.
public enum RoundPlanner {
    /// The next step; doing one again that was done in part does no harm.
    public static func step(_ record: RoundRecord, _ facts: RoundFacts) -> RoundStep {
        switch record.state {
        case .waiting:
            record.round.data.round.map { borrowing(record, $0, facts.origins) }
                ?? waiting(record, facts)
        case .training: training(record, facts)
        case .evaluating: evaluating(record, facts)
        case .promoted, .rolledBack: following(record, facts)
        case .held, .cancelled: .none
        }
    }

    private static func waiting(_ record: RoundRecord, _ facts: RoundFacts) -> RoundStep {
        guard let source = facts.source else {
            return record.campaign == RoundNames.candidates(record.name, record.number)
                ? .submitCandidates : .ask("campaign \(record.campaign) is not there yet")
        }
        switch source.phase {
        case .open: return .wait("campaign \(record.campaign) is not complete")
        case .stopped(let why): return .ask("campaign \(record.campaign) is \(why)")
        case .cancelled: return .ask("campaign \(record.campaign) was cancelled")
        case .completed: break
        }
        guard let ranking = source.ranking else {
            return .ask("campaign \(record.campaign) has no such ranking")
        }
        if let reason = record.trigger.refusal(of: ranking, after: facts.pairsBefore) {
            return .ask(reason)
        }
        guard ranking.pairs > 0 else {
            return .ask("the ranking of campaign \(record.campaign) has no pairs")
        }
        return .freeze
    }

    /// What comes after a round whose adapter is decided on: the next in a row, or one that its
    /// campaign's growth starts.
    private static func following(_ record: RoundRecord, _ facts: RoundFacts) -> RoundStep {
        if facts.hasNext { return .none }
        if record.number < record.round.rounds { return .startNext }
        guard facts.trigger.every != nil, facts.source?.phase == .completed,
            let ranking = facts.source?.ranking,
            facts.trigger.refusal(of: ranking, after: record.dataset?.grownFrom ?? 0) == nil
        else { return .none }
        return .startNext
    }

    /// A round that trains on the pairs of `origin`, number by number.
    private static func borrowing(
        _ record: RoundRecord, _ origin: String, _ origins: [RoundRecord]
    ) -> RoundStep {
        let wanted = "\(origin)/\(record.number)"
        if let found = origins.first(where: { $0.number == record.number }) {
            if found.dataset != nil { return .takePairs(of: found) }
            return found.state == .cancelled
                ? .ask("round \(wanted) was cancelled before it had pairs")
                : .wait("round \(wanted) has not frozen its pairs")
        }
        guard let last = origins.max(by: { $0.number < $1.number }) else {
            return .ask("round \(origin) is not there yet")
        }
        switch last.state {
        case .held, .cancelled:
            return .ask("round \(wanted) does not begin: \(last.label) is \(last.state.word)")
        case .waiting, .training, .evaluating, .promoted, .rolledBack: break
        }
        let goesOn = origins.contains { $0.number == 1 && $0.trigger.every != nil }
        return goesOn || last.number < last.round.rounds
            ? .wait("round \(wanted) has not begun")
            : .ask("there is no round \(wanted): \(origin) ends with \(last.label)")
    }

    private static func training(_ record: RoundRecord, _ facts: RoundFacts) -> RoundStep {
        guard let training = facts.training else { return .submitTraining }
        let name = RoundNames.training(record.name, record.number)
        switch training.phase {
        case .open: return .wait("it trains")
        case .stopped(let why): return .ask("its training is \(why)")
        case .cancelled: return .cancel("its training was cancelled")
        case .completed where training.hasProduct: return .takeAdapter
        case .completed:
            return .ask(
                "its training failed: `duet campaign why \(name)` says why, and `duet campaign "
                    + "retry \(name)` tries again")
        }
    }

    private static func evaluating(_ record: RoundRecord, _ facts: RoundFacts) -> RoundStep {
        guard record.round.evaluate != nil else { return .judge }
        guard let after = facts.after else { return .submitEvaluation }
        guard let before = facts.before else {
            return .ask(
                "the evaluation \(RoundNames.evaluation(record.name, record.start)) is gone; "
                    + "submit the round's file again")
        }
        for (facts, number) in [(before, record.start), (after, record.number)] {
            let name = RoundNames.evaluation(record.name, number)
            switch facts.phase {
            case .open: return .wait("it is evaluated")
            case .stopped(let why): return .ask("its evaluation \(name) is \(why)")
            case .cancelled: return .ask("its evaluation \(name) was cancelled")
            case .completed: continue
            }
        }
        guard record.round.evaluate?.distances != nil else { return .judge }
        for (facts, number) in [
            (facts.beforeDistances, record.start), (facts.afterDistances, record.number),
        ] {
            guard let facts else { return .submitDistances(number) }
            let name = RoundNames.distances(of: RoundNames.evaluation(record.name, number))
            switch facts.phase {
            case .open: return .wait("its distances are measured")
            case .stopped(let why): return .ask("the measurement \(name) is \(why)")
            case .cancelled: return .ask("the measurement \(name) was cancelled")
            case .completed where facts.hasProduct: continue
            case .completed:
                return .ask(
                    "its distances could not be measured: `duet campaign why \(name)` says why, "
                        + "and `duet campaign retry \(name)` tries again")
            }
        }
        return .judge
    }

    /// The round after a decided one: it starts from its adapter if that is in use.
    ///
    /// Beyond the declared number it trains on the same campaign, which has grown.
    public static func next(after record: RoundRecord) -> RoundRecord {
        var next = record
        next.number = record.number + 1
        next.start = record.state == .promoted ? record.number : record.start
        (next.state, next.reason, next.needsHelp) = (.waiting, "", false)
        if next.number <= record.round.rounds {
            next.campaign = RoundNames.candidates(
                record.round.data.round ?? record.name, next.number)
        }
        next.trigger = .init()
        next.round.data.ranking = "latest"
        (next.ranking, next.dataset, next.adapter) = (nil, nil, nil)
        (next.training, next.evaluation, next.exports) = (nil, nil, [])
        return next
    }

    /// The round that a new declaration starts after a decided one; nil when it starts none.
    public static func next(
        after record: RoundRecord, declared: Round, campaign: String, trigger: RoundTrigger
    ) -> RoundRecord? {
        guard declared != record.round else { return nil }
        var asDeclared = record
        asDeclared.round = declared
        var next = next(after: asDeclared)
        if declared.rounds > record.number { return next }
        guard trigger.every != nil else { return nil }
        // It is there already, with what it will do, and waits until the campaign has grown.
        (next.campaign, next.trigger) = (campaign, trigger)
        return next
    }

    /// Once more on the same pairs with half of each beta.
    public static func retry(_ record: RoundRecord) -> RoundRecord {
        var retry = next(after: record)
        retry.campaign = record.campaign
        retry.round.data.ranking = record.round.data.ranking
        retry.round.loss.beta = record.round.loss.beta.mapValues { $0 / 2 }
        retry.round.rounds += 1
        retry.round.onFail = .hold
        return retry
    }
}

extension RoundTrigger {
    /// Why a ranking starts no round; nil when it starts one.
    func refusal(of ranking: RankingFacts, after pairsBefore: Int) -> String? {
        for term in when?.terms ?? [] {
            let value = ranking.value(term.name) ?? .nan
            guard !term.holds(for: value) else { continue }
            let shown = value == value.rounded() ? "\(Int(value))" : "\(value)"
            return "\(term.text) is asked for, and it is \(shown)"
        }
        guard let every, ranking.pairs - pairsBefore < every else { return nil }
        return pairsBefore == 0
            ? "\(every) pairs are asked for, and there are \(ranking.pairs)"
            : "\(every) pairs more than \(pairsBefore) are asked for, and there are "
                + "\(ranking.pairs)"
    }
}

extension Condition.Term {
    /// The comparison as it is written.
    var text: String { Condition([self]).text }

    func holds(for other: Double) -> Bool {
        switch comparison {
        case .atLeast: other >= value
        case .atMost: other <= value
        case .above: other > value
        case .below: other < value
        case .equal: other == value
        }
    }
}
