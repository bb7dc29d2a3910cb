import Words
import Campaigns
import Preferences
import Scheduling
import Store
import Wire

/// Why a prompt was ranked and paired as it was.
extension Listings {
    func prompt(
        _ listing: CampaignListing, _ name: String, _ key: String, _ store: inout Store
    ) throws -> Answers.PromptWhy {
        var ranking: RankingListing?
        if try !name.isEmpty || store.ranking(of: listing.id) != nil {
            ranking = try self.ranking(name, of: listing, &store)
        }
        // Before the campaign is ranked there are scores to show already.
        guard let task = try ranking?.id ?? store.rankTaskOfFile(listing.id) else {
            throw Problem(
                code: .conflict, message: "campaign \(listing.name) has no reward to rank by")
        }
        let report = try store.report(ofPrompt: key, in: task)
        var answer = Answers.PromptWhy(
            campaign: listing.name, ranking: ranking?.name ?? "", prompt: report.key,
            text: report.text)
        answer.modalities =
            RankRule(dimensions: report.ranked.map(RankRule.Dimension.init))
            .modalities
        answer.rewards =
            report.ranked.map { Answers.Reward($0, isHeldOut: false) }
            + report.heldOut.map { Answers.Reward($0, isHeldOut: true) }
        answer.sentences = PromptSentences(report, ranking).whole
        answer.candidates = report.candidates.map { candidate(report, $0.ordinal, $0.task) }
        answer.pairs = (report.explanation?.pairs ?? []).map {
            Answers.PromptWhy.Considered(
                winner: $0.winner, loser: $0.loser, margin: $0.margin, margins: $0.margins,
                isChosen: $0.verdict == .chosen || $0.verdict == .chosenAsTie,
                sentence: sentence($0, answer.modalities))
        }
        return answer
    }

    private func candidate(
        _ report: RankedPrompt, _ ordinal: Int, _ task: TaskID
    ) -> Answers.PromptWhy.Candidate {
        let sentences = PromptSentences(report, nil)
        guard let index = report.scores.firstIndex(where: { $0.ordinal == ordinal }) else {
            return Answers.PromptWhy.Candidate(
                id: task.rawValue, ordinal: ordinal, part: "missing",
                sentence: "was not made: \(sentences.state(of: task))")
        }
        let explained = report.explanation?.candidates.first { $0.ordinal == ordinal }
        var answer = Answers.PromptWhy.Candidate(
            id: task.rawValue, ordinal: ordinal, part: "missing", sentence: "is not ranked")
        answer.raw = report.scores[index].scores + report.heldOutScores[index]
        answer.reasons = zip(answer.raw, report.ranked + report.heldOut).map { score, reward in
            score == nil ? sentences.whyMissing(reward, ordinal, task) : nil
        }
        switch explained?.part {
        case .competed(let standing):
            answer.part = "competed"
            answer.sentence = "is number \(standing.place) of its prompt"
            (answer.place, answer.score) = (standing.place, standing.score)
            (answer.normalised, answer.totals) = (standing.normalised, standing.totals)
            answer.findings = standing.findings
        case .ineligible(let dimension, let reason):
            answer.part = "ineligible"
            let why = report.ranked.firstIndex { $0.name == dimension }
                .flatMap { answer.reasons[$0] }
            answer.sentence = "cannot compete: \(dimension): \(why ?? reason.words)"
        case .groundTruthLeftOut:
            answer.part = "left-out"
            answer.sentence = "takes no part: the rule leaves the ground truth out"
        case .promptDropped:
            answer.part = "dropped"
            answer.sentence =
                "takes no part: another candidate of the prompt lacks a score, and the campaign "
                + "file says on_missing: drop-prompt"
        case nil: break
        }
        return answer
    }

    private func sentence(_ pair: ExplainedPair, _ modalities: [String]) -> String {
        func margin(_ modality: String?) -> String {
            guard let modality, let index = modalities.firstIndex(of: modality) else {
                return "all: \(decimal(pair.margin))"
            }
            return "\(modality): \(decimal(pair.margins[index]))"
        }
        switch pair.verdict {
        case .chosen: return "chosen"
        case .chosenAsTie: return "chosen as a tie"
        case .beyondLimit: return "others took its place: pairs_per_prompt was reached"
        case .worse(let modality): return "the first is worse in \(margin(modality))"
        case .tied: return "nowhere worse, but tied in something compared"
        case .belowMinimum(let modality):
            return "the margin is below min_margin in \(margin(modality))"
        case .sameContent: return "both are the same clip"
        case .guarded(let name): return "the guard \(name) keeps it out"
        }
    }
}

/// What there is to say of a prompt, from its ranking and from its tasks.
private struct PromptSentences {
    let report: RankedPrompt
    let ranking: RankingListing?

    init(_ report: RankedPrompt, _ ranking: RankingListing?) {
        self.report = report
        self.ranking = ranking
    }

    var whole: [String] {
        var sentences: [String] = []
        if let failure = report.failure {
            sentences.append("the campaign cannot be ranked: \(failure)")
        }
        if !report.isRanked {
            sentences.append(
                ranking == nil
                    ? "the campaign's prompts file no longer has this prompt"
                    : "the ranking does not speak of this prompt: its prompts file did not have it")
        }
        if ranking == nil {
            sentences.append("the campaign has not been ranked yet; this is by its scores so far")
        }
        if let reason = report.explanation?.reason {
            sentences.append("it gives no pair: \(reason.words)")
        } else if let pairs = report.explanation?.pairs {
            let chosen = pairs.count { $0.verdict == .chosen || $0.verdict == .chosenAsTie }
            sentences.append("it gives \(counted(chosen, "pair"))")
        } else if report.failure == nil {
            sentences.append("it gives no pair: none of its candidates exists")
        }
        return sentences
    }

    /// Why a candidate lacks a score.
    func whyMissing(_ reward: Campaigns.Reward, _ ordinal: Int, _ candidate: TaskID) -> String {
        if let reason = report.reasons[candidate]?[reward.name] { return reason }
        let task = report.tasks.last {
            $0.kind == .score && $0.name == reward.scorer && $0.ordinal == Int32(ordinal)
        }
        guard let task else { return "its score task (\(reward.scorer)) has not begun" }
        if task.state == .completed {
            return "\(task.engine ?? reward.scorer) gave no output '\(reward.output)'"
        }
        return "score \(state(of: task.id))"
    }

    /// What has become of a task.
    func state(of id: TaskID) -> String {
        guard let task = report.tasks.first(where: { $0.id == id }) else {
            return "task \(id.rawValue) has not begun"
        }
        let line = task.error?.split(separator: "\n").first.map { ": \($0)" } ?? ""
        switch task.state {
        case .completed: return "task \(id.rawValue) has its result"
        case .failed:
            let crashes =
                task.crashes > 0 ? " (it lost \(counted(Int(task.crashes), "worker")))" : ""
            return "task \(id.rawValue) (\(task.name)) failed\(crashes)\(line)"
        case .cancelled: return "task \(id.rawValue) (\(task.name)) was cancelled\(line)"
        case .available, .leased:
            return "task \(id.rawValue) (\(task.name)) has not ended yet\(line)"
        }
    }
}

/// A number with three decimals, as sentences have it.
private func decimal(_ value: Double) -> String {
    guard value.magnitude < 1e12 else { return "\(value)" }
    let thousandths = Int((value * 1000).rounded())
    let digits = String(1000 + thousandths.magnitude % 1000).dropFirst()
    return "\(thousandths < 0 ? "-" : "")\(thousandths.magnitude / 1000).\(digits)"
}

extension IneligibleReason {
    fileprivate var words: String {
        switch self {
        case .missing: "there is no score"
        case .nonFinite: "the score is infinite or not a number"
        case .tooLarge: "the score is beyond 1e140, where squares are no numbers"
        }
    }
}

extension UnpairedReason {
    fileprivate var words: String {
        switch self {
        case .noEligibleCandidate: "no candidate has all its scores"
        case .oneEligibleCandidate: "only one candidate has all its scores"
        case .missingScore: "a candidate lacks a score, and on_missing is drop-prompt"
        case .noGroundTruth: "the rule pairs with the ground truth, and there is none to compete"
        case .noDominance: "of every two candidates each is better than the other in something"
        case .tied: "the nearest candidates are tied in something that is compared"
        case .belowMinimumMargin: "the margins are below min_margin"
        case .sameContent: "the nearest candidates are the same clip"
        case .minimumDeviation: "the candidates' scores deviate less than the guard min-std allows"
        case .groundTruthWinnerShare:
            "too many winners are ground truth (max-reference-winner-share), and this margin is "
                + "among the smallest"
        case .staticMotion: "a clip hardly moves (static-motion)"
        case .silence: "a clip is mostly silent (silence)"
        case .nearDuplicate: "the candidates look alike (near-duplicate)"
        case .offPolicy: "another policy made a member (off-policy)"
        }
    }
}
