import Foundation

/// What a trainer's log says of its progress, whichever of the usual forms it has.
struct TrainerLog {
    /// A step and what was said of it.
    struct Point: Equatable {
        var step: Int
        var steps: Int?
        var loss: Double?
    }

    /// The points so far, one for each step.
    private(set) var points: [Point] = []
    /// The last lines, for the message of a failure.
    private(set) var lastLines: [String] = []
    private var unfinished: [UInt8] = []

    /// Takes more of the log; returns the points in it.
    mutating func take(_ bytes: some Sequence<UInt8>) -> [Point] {
        var found: [Point] = []
        for byte in bytes {
            // Progress bars go back to the line's beginning.
            guard byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") else {
                if unfinished.count < 1 << 16 { unfinished.append(byte) }
                continue
            }
            let line = String(decoding: unfinished, as: UTF8.self)
            unfinished = []
            if line.isEmpty { continue }
            lastLines.append(line)
            if lastLines.count > 12 { lastLines.removeFirst() }
            guard let point = Self.point(line) else { continue }
            if points.last?.step == point.step {
                points[points.count - 1].loss = point.loss ?? points[points.count - 1].loss
            } else {
                points.append(point)
            }
            found.append(point)
        }
        return found
    }

    /// Reads a line: JSON with `step`, or a text such as `step 12/100 loss 0.3` or a bar's
    /// ` 12/100 [`.
    static func point(_ line: String) -> Point? {
        if line.first == "{" { return json(line) }
        let text = line.lowercased()
        let loss = text.firstMatch(of: /loss\W{1,4}(\d[\d.e+-]*)/).flatMap { Double($0.1) }
        if let match = text.firstMatch(of: /\bsteps?\W{1,3}(\d+)(?:\s*(?:\/|of)\s*(\d+))?/),
            let step = Int(match.1)
        {
            return Point(step: step, steps: match.2.flatMap { Int($0) }, loss: loss)
        }
        if let match = text.firstMatch(of: /\b(\d+)\/(\d+) \[/), let step = Int(match.1) {
            return Point(step: step, steps: Int(match.2), loss: loss)
        }
        return nil
    }

    private static func json(_ line: String) -> Point? {
        struct Members: Decodable {
            var step, global_step, steps, max_steps, total: Double?
            var loss: Double?
        }
        guard let found = try? JSONDecoder().decode(Members.self, from: Data(line.utf8)),
            let step = found.step ?? found.global_step, step.isFinite
        else { return nil }
        let steps = found.steps ?? found.max_steps ?? found.total
        return Point(
            step: Int(step), steps: steps.flatMap { $0.isFinite ? Int($0) : nil },
            loss: found.loss)
    }
}
