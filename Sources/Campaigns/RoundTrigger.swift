/// When the rounds of a name begin: what a campaign's `after` says of them.
public struct RoundTrigger: Sendable, Equatable {
    /// What must hold of the campaign's ranking; nil for nothing.
    public var when: Condition?
    /// How many pairs more than the round before trained on each one needs; nil for one time only.
    public var every: Int?

    /// Joins both; by default a round begins once, as soon as every candidate is scored and ranked.
    public init(when: Condition? = nil, every: Int? = nil) {
        (self.when, self.every) = (when, every)
    }

    /// Reads what `text` gives; nil for anything else.
    public init?(_ text: String) {
        self.init()
        for part in text.split(separator: ";") {
            let words = part.split(separator: " ")
            if words.count == 3, words[0] == "every", words[2] == "pairs",
                let pairs = Int(words[1]), pairs > 0
            {
                every = pairs
            } else if let condition = Condition(String(part)) {
                when = condition
            } else {
                return nil
            }
        }
    }

    /// One line, such as `pairs >= 200; every 500 pairs`; empty when nothing must hold.
    public var text: String {
        [when?.text, every.map { "every \($0) pairs" }].compactMap(\.self).joined(separator: "; ")
    }
}

extension Campaign.After {
    /// When its rounds begin.
    public var trigger: RoundTrigger { RoundTrigger(when: when, every: every) }
}

extension Round {
    /// Why its declaration does not go with beginning again and again; nil when it does.
    public func problem(with trigger: RoundTrigger) -> String? {
        guard let every = trigger.every else { return nil }
        if rounds > 1 {
            return
                "one begins every \(every) pairs of its campaign, and rounds: \(rounds) asks for "
                + "as many in a row from candidates of their own; keep one of the two"
        }
        if data.ranking != "latest" {
            return "one begins every \(every) pairs of its campaign, and ranking "
                + "\(data.ranking) never has more; use data.ranking: latest"
        }
        return nil
    }
}
