public import Campaigns

/// One round as it is recorded: what was declared, how far it is, and what came of it.
public struct RoundRecord: Sendable, Equatable {
    /// The round's name, shared by the rounds that follow each other.
    public var name: String
    /// Its number among them, from 1.
    public var number: Int
    /// The round whose adapter it starts from; 0 for what the declaration starts from.
    public var start: Int
    /// How far it is.
    public var state = RoundState.waiting
    /// Why it is there, for a person.
    public var reason = ""
    /// Whether it waits for a person rather than for a campaign.
    public var needsHelp = false
    /// The campaign whose pairs it trains on.
    public var campaign: String
    /// What must hold of that campaign's ranking first; the first round's is that of the name.
    public var trigger: RoundTrigger
    /// What was declared.
    public var round: Round
    /// The ranking whose pairs were frozen.
    public var ranking: Int64?
    /// The frozen pairs.
    public var dataset: FrozenDataset?
    /// What it trained.
    public var adapter: HashedFile?
    /// The same in the forms that were declared.
    public var exports: [AdapterExport] = []
    /// What the trainer said, as JSON.
    public var training: String?
    /// The comparison with the policy before it and what each gate found, as JSON.
    public var evaluation: String?

    /// A round that waits for its pairs.
    public init(
        name: String, number: Int, start: Int, campaign: String,
        trigger: RoundTrigger = .init(), round: Round
    ) {
        (self.name, self.number, self.start) = (name, number, start)
        (self.campaign, self.trigger, self.round) = (campaign, trigger, round)
    }

    /// Takes a new declaration, as long as nothing was done by the old one.
    public mutating func declareAnew(
        _ declared: Round, campaign: String, trigger: RoundTrigger
    ) {
        let isElsewhere = round.data.round != declared.data.round
        round = declared
        if number == 1 {
            (self.campaign, self.trigger) = (campaign, trigger)
        } else if self.trigger.every != nil {
            (self.campaign, self.trigger) = (campaign, trigger)
            guard trigger.every == nil else { return }
            (state, reason) = (.cancelled, "its campaign starts no more rounds by itself")
            needsHelp = false
        } else if isElsewhere {
            self.campaign = RoundNames.candidates(declared.data.round ?? name, number)
        }
    }

    /// The round as people name it.
    public var label: String { "\(name)/\(number)" }
}

/// An adapter in a form that other programs load, or why it is not there.
public struct AdapterExport: Sendable, Equatable, Codable {
    /// The form, as declarations name it.
    public var form: String
    /// What its loader is given: PEFT's folder, or a file; empty where there is none.
    public var path: String
    /// Of the file of weights, in lower-case hex; empty where there is none.
    public var sha256: String
    /// Why it could not be written; empty when it could.
    public var problem: String

    /// Describes a form that was written, or that could not be.
    public init(form: String, path: String = "", sha256: String = "", problem: String = "") {
        (self.form, self.path, self.sha256, self.problem) = (form, path, sha256, problem)
    }
}

/// How far a round is.
public enum RoundState: String, Sendable, Equatable, CaseIterable {
    /// For its pairs. Can become: training, cancelled.
    case waiting
    /// Its pairs are frozen. Can become: evaluating, cancelled.
    case training
    /// Its adapter is there. Can become: promoted, held, rolledBack, cancelled.
    case evaluating
    /// Its adapter is used. Can become: rolledBack, held.
    case promoted
    /// Its adapter waits for a person. Can become: promoted, rolledBack.
    case held
    /// Its adapter is kept aside. Can become: promoted, held.
    case rolledBack = "rolled_back"
    /// It goes no further.
    case cancelled

    /// Whether it has a verdict, or will never have one.
    public var isDecided: Bool {
        switch self {
        case .waiting, .training, .evaluating: false
        case .promoted, .held, .rolledBack, .cancelled: true
        }
    }

    /// The word that people read.
    public var word: String {
        switch self {
        case .rolledBack: "rolled back"
        default: rawValue
        }
    }
}

/// Pairs as they were when a round began: files that never change, by content.
public struct FrozenDataset: Sendable, Equatable, Codable {
    /// The model that is trained.
    public var model: String
    /// What the training learns from.
    public var train: Part
    /// What implicit accuracy is measured on; nil for nothing.
    public var heldOut: Part?
    /// The name of the ranking within its campaign.
    public var ranking: String
    /// The rule's hash.
    public var rule: String
    /// Winners that are ground truth, of the pairs that are trained on.
    public var groundTruthWinners: Int
    /// Whether its generated candidates came from the policy that the training starts from.
    public var isOnPolicy: Bool
    /// The pairs that the ranking had in all; nil for those frozen before this was recorded.
    public var rankedPairs: Int?
    /// The other round that froze them; nil when this one did.
    public var frozenBy: String?
    /// The states of their texts, as an artifact; nil where the model embeds words itself.
    public var texts: HashedFile?

    private enum CodingKeys: String, CodingKey {
        case model, train, ranking, rule, texts
        case rankedPairs = "ranked_pairs"
        case frozenBy = "frozen_by"
        case heldOut = "held_out"
        case groundTruthWinners = "ground_truth_winners"
        case isOnPolicy = "is_on_policy"
    }

    /// The pairs of which these are some.
    public var grownFrom: Int { rankedPairs ?? train.pairs + (heldOut?.pairs ?? 0) }

    /// A file of pairs.
    public struct Part: Sendable, Equatable, Codable {
        /// Where it lies.
        public var path: String
        /// Lower-case hex.
        public var sha256: String
        /// Its pairs.
        public var pairs: Int

        /// Describes a file.
        public init(path: String, sha256: String, pairs: Int) {
            (self.path, self.sha256, self.pairs) = (path, sha256, pairs)
        }
    }

    /// Describes frozen pairs.
    public init(
        model: String, train: Part, heldOut: Part?, ranking: String, rule: String,
        groundTruthWinners: Int, isOnPolicy: Bool
    ) {
        self.model = model
        (self.train, self.heldOut, self.ranking, self.rule) = (train, heldOut, ranking, rule)
        (self.groundTruthWinners, self.isOnPolicy) = (groundTruthWinners, isOnPolicy)
    }
}
