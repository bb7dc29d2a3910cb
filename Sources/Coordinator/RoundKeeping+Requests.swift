import Campaigns
import Rounds
import Scheduling
import Store
import Wire

/// What people ask of rounds.
extension RoundKeeping {
    /// Records a declared round, or what changed of one.
    mutating func submit(
        _ document: String, _ condition: String, _ waiter: RoundKeeper.Waiter
    ) {
        (refused, mayHaveRounds) = ([:], true)
        answer(waiter) { (keeping, store) in
            guard let round = try? CampaignFile.documents(of: document, file: "round").first?.round
            else {
                throw Problem(
                    code: .usage,
                    message: "the coordinator does not understand the round; use the same version "
                        + "of duet on both sides")
            }
            guard let trigger = RoundTrigger(condition) else {
                throw Problem(
                    code: .usage, message: "'\(condition)' is no condition that starts a round")
            }
            if let problem = round.problem(with: trigger) {
                throw Problem(code: .usage, message: "round \(round.name): \(problem)")
            }
            return try keeping.submit(round, trigger, &store)
        }
    }

    private mutating func submit(
        _ round: Round, _ trigger: RoundTrigger, _ store: inout Store
    ) throws -> String {
        let all = try store.rounds().map(\.record)
        let campaign = try Self.firstCampaign(of: round, among: all)
        let own = all.filter { $0.name == round.name }
        guard var first = own.first, var last = own.last else {
            let first = RoundRecord(
                name: round.name, number: 1, start: 0, campaign: campaign, trigger: trigger,
                round: round)
            try write([first], &store)
            let awaited = round.data.round.map { "the pairs of round \($0)/1" }
            return "round \(first.label) waits for " + (awaited ?? "campaign \(campaign)")
        }
        if last.round == round, first.trigger == trigger {
            return "round \(round.name) is unchanged"
        }
        var changed: [RoundRecord] = []
        if last.number == 1 {
            last.trigger = trigger
        } else if first.trigger != trigger {
            first.trigger = trigger
            changed = [first]
        }
        var following: RoundRecord?
        switch last.state {
        case .waiting: last.declareAnew(round, campaign: campaign, trigger: trigger)
        case .training, .evaluating:
            throw Problem(
                code: .conflict,
                message: "round \(last.label) is \(last.state.word) by its old declaration; submit "
                    + "the new one when it is decided, cancel it with `duet round cancel "
                    + "\(last.label)`, or give the new one another name")
        case .promoted, .held, .rolledBack, .cancelled:
            following = RoundPlanner.next(
                after: last, declared: round, campaign: campaign, trigger: trigger)
            // What is decided keeps the declaration it was decided by, but for how many follow.
            last.round.rounds = round.rounds
        }
        try write(changed + [last] + (following.map { [$0] } ?? []), &store)
        return following.map { "round \($0.label) follows \(last.label)" }
            ?? "round \(last.label) is changed"
    }

    /// The campaign whose pairs the first round of a declaration trains on.
    private static func firstCampaign(
        of round: Round, among all: [RoundRecord]
    ) throws -> String {
        if let campaign = round.data.campaign { return campaign }
        let origin = round.data.round ?? ""
        guard let first = all.first(where: { $0.name == origin }) else {
            throw Problem(
                code: .notFound,
                message: "there is no round '\(origin)', whose pairs \(round.name) trains on; "
                    + "submit it first")
        }
        let declared = RoundRecord(
            name: round.name, number: 1, start: 0, campaign: "", round: round)
        guard ([declared] + all).campaign(behind: round.data) != nil else {
            throw Problem(
                code: .conflict,
                message: "round \(origin) trains on the pairs of \(round.name) itself; one of "
                    + "them needs a campaign")
        }
        return first.campaign
    }

    /// Gives a round the verdict that a person has for it.
    mutating func carryOut(
        _ command: RoundCommand, _ selector: String, _ waiter: RoundKeeper.Waiter
    ) {
        answer(waiter) { (keeping, store) in
            let all = try store.rounds().map(\.record)
            var record = try RoundChoice.find(selector, among: all)
            let old = record.state
            switch command {
            case .promote: record.state = .promoted
            case .hold: record.state = .held
            case .rollBack: record.state = .rolledBack
            case .cancel: record.state = .cancelled
            }
            if record.state == old { return "round \(record.label) is \(old.word) already" }
            if command == .cancel, old.isDecided {
                throw Problem(
                    code: .conflict, message: "round \(record.label) is \(old.word) already")
            }
            guard command == .cancel || record.adapter != nil else {
                throw Problem(
                    code: .conflict,
                    message: "round \(record.label) is \(old.word) and has no adapter yet")
            }
            guard command == .cancel || old.isDecided else {
                throw Problem(
                    code: .conflict,
                    message: "round \(record.label) is \(old.word); its gates decide first")
            }
            record.needsHelp = false
            record.reason = "by hand; it was \(old.word)"
            try keeping.write([record], &store)
            return "round \(record.label) is \(record.state.word)"
        }
    }

    private mutating func answer(
        _ waiter: RoundKeeper.Waiter,
        _ body: (inout RoundKeeping, inout Store) throws -> String
    ) {
        let reply: Reply
        do {
            reply = .done(try with(body))
        } catch {
            reply = Listings.reply(to: error)
        }
        say(.reply(reply, waiter))
    }
}

/// Finds the round that a person means.
enum RoundChoice {
    /// `NAME/NUMBER`, or the last round of a name, or of a name that begins so.
    static func find(
        _ selector: String, among all: [RoundRecord]
    ) throws(Problem) -> RoundRecord {
        guard let (name, number) = RoundNames.parts(selector) else {
            throw Problem(
                code: .usage, message: "'\(selector)' names no round; write NAME or NAME/NUMBER")
        }
        let names = Set(all.map(\.name))
        let fitting = names.contains(name) ? [name] : names.filter { $0.hasPrefix(name) }.sorted()
        guard fitting.count == 1 else {
            throw Problem(
                code: .notFound,
                message: fitting.isEmpty
                    ? "there is no round '\(name)'; `duet round list` shows all of them"
                    : "'\(name)' may be \(fitting.joined(separator: " or ")); write more of it")
        }
        let found = all.filter { $0.name == fitting[0] && (number == nil || $0.number == number) }
        guard let round = found.max(by: { $0.number < $1.number }) else {
            throw Problem(
                code: .notFound,
                message:
                    "round \(fitting[0]) has no number \(number ?? 0); `duet round list` shows "
                    + "which it has")
        }
        return round
    }
}
