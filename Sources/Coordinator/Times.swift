import FoundationEssentials

/// Microseconds since 1970 as people and programs read them: ISO 8601 in UTC with milliseconds.
func iso8601(_ microseconds: Int64) -> String {
    Date(timeIntervalSince1970: Double(microseconds) / 1e6)
        .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
}
