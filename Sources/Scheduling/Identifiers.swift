/// A point on the caller's monotonic clock, in milliseconds; the machines never read a clock.
public struct Instant: Hashable, Comparable, Sendable {
    /// Milliseconds since an origin the caller chose.
    public var milliseconds: Int64

    /// Makes the point `milliseconds` after the origin.
    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Orders by time.
    public static func < (a: Self, b: Self) -> Bool { a.milliseconds < b.milliseconds }

    /// Returns the point `milliseconds` later.
    public static func + (a: Self, milliseconds: Int64) -> Self {
        Self(milliseconds: a.milliseconds + milliseconds)
    }

    /// Returns the milliseconds from `b` to `a`.
    public static func - (a: Self, b: Self) -> Int64 { a.milliseconds - b.milliseconds }
}

/// The number of a campaign, given by the store when it is first submitted; from 1.
public typealias CampaignID = Int32

/// A task's identity: the campaign, the prompt's number in it, and the recipe's number in it.
///
/// Prompts and recipes get their numbers by content hash when first seen, so the same content
/// submitted again has the same task ids. Packed in 63 bits: 23 campaign, 28 prompt, 12 slot.
public struct TaskID: Hashable, Comparable, Sendable {
    /// The packed number, which is also the row's primary key.
    public var rawValue: Int64

    /// The prompt number of tasks that concern the whole campaign, such as ranking.
    public static let wholeCampaign = (1 << 28) - 1
    /// Largest campaign number that fits.
    public static let campaignLimit = (1 << 23) - 1
    /// Largest number of prompts in one campaign.
    public static let promptLimit = wholeCampaign
    /// Largest number of recipes in one campaign.
    public static let slotLimit = 1 << 12

    /// Makes an id from its packed number.
    public init(rawValue: Int64) { self.rawValue = rawValue }

    /// Makes an id from its parts; traps when one does not fit.
    public init(campaign: CampaignID, prompt: Int, slot: Int) {
        precondition(campaign > 0 && Int(campaign) <= Self.campaignLimit)
        precondition(prompt >= 0 && prompt <= Self.wholeCampaign)
        precondition(slot >= 0 && slot < Self.slotLimit)
        rawValue = Int64(campaign) << 40 | Int64(prompt) << 12 | Int64(slot)
    }

    /// The campaign it belongs to.
    public var campaign: CampaignID { CampaignID(truncatingIfNeeded: rawValue >> 40) }
    /// The prompt's number, or `wholeCampaign`.
    public var prompt: Int { Int(rawValue >> 12) & Self.wholeCampaign }
    /// The recipe's number.
    public var slot: Int { Int(rawValue) & (Self.slotLimit - 1) }

    /// Orders by campaign, then prompt, then slot.
    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// The fencing token of a lease: a later lease of a task always compares greater.
///
/// The number alone is what people see ("attempt 2"). Because leases are recorded lazily, a
/// restarted coordinator may count from an older number; its newer epoch keeps the order.
public struct Attempt: Hashable, Comparable, Sendable {
    /// The epoch of the coordinator that granted it.
    public var epoch: Int32
    /// The n-th lease of the task, from 1.
    public var number: Int32

    /// Makes a token.
    public init(epoch: Int32, number: Int32) {
        self.epoch = epoch
        self.number = number
    }

    /// Orders by epoch, then number.
    public static func < (a: Self, b: Self) -> Bool {
        (a.epoch, a.number) < (b.epoch, b.number)
    }
}

/// A worker's number, given when its stable identity is first seen; from 1.
public typealias WorkerID = Int32

/// What a task does.
public enum TaskKind: UInt8, CaseIterable, Sendable, CustomStringConvertible {
    /// Turns a prompt's own clip into a candidate.
    case ingest
    /// Makes one candidate.
    case generate
    /// Gives scores to one candidate.
    case score
    /// Ranks a campaign's candidates into pairs.
    case rank
    /// Trains an adapter on a frozen set of pairs.
    case train
    /// Compares sets of clips as wholes.
    case evaluate

    /// Whether one task concerns the whole campaign.
    public var isWholeCampaign: Bool { self == .rank || self == .train || self == .evaluate }

    /// The word used in files, tables and on the wire.
    public var description: String {
        switch self {
        case .ingest: "ingest"
        case .generate: "generate"
        case .score: "score"
        case .rank: "rank"
        case .train: "train"
        case .evaluate: "evaluate"
        }
    }

    /// Reads the word; nil when it is none of them.
    public init?(name: String) {
        guard let kind = Self.allCases.first(where: { $0.description == name }) else { return nil }
        self = kind
    }
}
