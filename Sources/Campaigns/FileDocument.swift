/// What a document of a campaign file declares.
public enum FileKind: String, Sendable, Equatable, CaseIterable {
    /// A campaign: prompts, model, rewards, ranking, budget.
    case campaign = "Campaign"
    /// A round: how pairs become a better adapter.
    case round = "Round"
    /// A training: how clips or pairs become weights, without a coordinator.
    case training = "Training"
}

/// One document of a campaign file, decoded and checked.
public struct FileDocument: Sendable, Equatable {
    /// What it declares.
    public var content: Content
    /// Its first line in the file.
    public var line: Int
    /// What this version accepts and cannot run yet, with its place; empty when all of it runs.
    ///
    /// `validate` shows these as notes, `submit` refuses them.
    public var unsupported: [Problem]

    /// A declared thing, by its kind.
    public enum Content: Sendable, Equatable {
        /// A campaign.
        case campaign(Campaign)
        /// A round.
        case round(Round)
        /// A training.
        case training(TrainingFile)
    }

    /// Its kind.
    public var kind: FileKind {
        switch content {
        case .campaign: .campaign
        case .round: .round
        case .training: .training
        }
    }

    /// Its name, unique among the documents of its kind in the file.
    public var name: String {
        switch content {
        case .campaign(let campaign): campaign.name
        case .round(let round): round.name
        case .training(let training): training.name
        }
    }

    /// The campaign; nil when the document declares something else.
    public var campaign: Campaign? {
        if case .campaign(let campaign) = content { campaign } else { nil }
    }

    /// The round; nil when the document declares something else.
    public var round: Round? {
        if case .round(let round) = content { round } else { nil }
    }

    /// The training; nil when the document declares something else.
    public var training: TrainingFile? {
        if case .training(let training) = content { training } else { nil }
    }

    /// The document as YAML with every default visible; decoding it gives the same content.
    public func resolvedYAML() -> String {
        switch content {
        case .campaign(let campaign): campaign.resolvedYAML()
        case .round(let round): round.resolvedYAML()
        case .training(let training): training.resolvedYAML()
        }
    }
}
