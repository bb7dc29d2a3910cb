import Wire

/// Submissions that arrive in parts, kept until the last part is there.
struct Uploads {
    private struct Key: Hashable {
        var route: Route
        var upload: UInt64
    }

    private struct Upload {
        var campaign: String
        var prompts: [WirePrompt]
    }

    private var open: [Key: Upload] = [:]
    private var order: [Key] = []

    /// Most submissions at once; the oldest unfinished one is dropped, and its client asks again.
    private static let limit = 32

    /// Adds a part; the whole submission when it was the last.
    mutating func add(
        _ part: SubmissionPart, from route: Route
    ) -> (campaign: String, prompts: [WirePrompt])? {
        let key = Key(route: route, upload: part.upload)
        if open[key] == nil {
            if order.count == Self.limit { open[order.removeFirst()] = nil }
            order.append(key)
        }
        // A first part that comes again starts again.
        if !part.campaign.isEmpty { open[key] = Upload(campaign: part.campaign, prompts: []) }
        open[key]?.prompts += part.prompts
        guard part.isLast else { return nil }
        order.removeAll { $0 == key }
        return open.removeValue(forKey: key).map { ($0.campaign, $0.prompts) }
    }
}
