import Foundation

/// Reads the curves of a training.
public enum CurveFile {
    /// Returns a file's numbers by name, each with the steps that have it.
    public static func read(_ path: String) throws -> [CurveSeries] {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        var order: [String] = []
        var series: [String: CurveSeries] = [:]
        for line in text.split(separator: "\n") {
            let values = try JSONDecoder().decode([String: Double?].self, from: Data(line.utf8))
            guard let step = values["step"] ?? nil else { continue }
            for name in names(in: line) where name != "step" && name != "epoch" {
                guard let value = values[name] ?? nil else { continue }
                if series[name] == nil { order.append(name) }
                series[name, default: CurveSeries(name: name)].points.append((step, value))
            }
        }
        return order.compactMap { series[$0] }
    }

    /// The members' names in the order of the line.
    private static func names(in line: Substring) -> [String] {
        line.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset % 2 == 1 }.map { String($0.element) }
    }
}

/// One number over the steps of a training.
public struct CurveSeries: Sendable {
    /// What it is.
    public var name: String
    /// Steps and values, in the order of steps.
    public var points: [(step: Double, value: Double)] = []

    /// Returns the means of equal runs of points, at most so many: what is drawn of a noisy curve.
    public func smoothed(_ count: Int) -> [(step: Double, value: Double)] {
        guard points.count > count, count > 0 else { return points }
        return (0..<count).map { part in
            let run = points[part * points.count / count..<(part + 1) * points.count / count]
            let sum = run.reduce((0.0, 0.0)) { ($0.0 + $1.step, $0.1 + $1.value) }
            return (sum.0 / Double(run.count), sum.1 / Double(run.count))
        }
    }
}
