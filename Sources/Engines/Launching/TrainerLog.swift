import Foundation

/// What a trainer's log says of its progress, whichever of the usual forms it has.
struct TrainerLog {
    /// A step and what was said of it.
    struct Point: Equatable {
        var step: Int
        var steps: Int?
        var loss: Double?
        /// Shares of pairs by modality, under the names that they have in the log.
        var shares: [String: Double] = [:]
    }

    /// What lines of JSON may say of pairs, each followed by a slash and a modality: those just
    /// learned from, and those held out.
    enum Share: String, CaseIterable {
        case learned = "implicit_accuracy"
        case heldOut = "held_out_accuracy"
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
            keep(point)
            found.append(point)
        }
        return found
    }

    /// Says that another attempt writes from here on, whose failure has other last lines.
    mutating func endAttempt() {
        (unfinished, lastLines) = ([], [])
    }

    /// An attempt that goes on from a checkpoint takes steps again that an earlier one has told of.
    private mutating func keep(_ point: Point) {
        while let last = points.last, last.step > point.step { points.removeLast() }
        guard let last = points.last, last.step == point.step else {
            points.append(point)
            return
        }
        points[points.count - 1].loss = point.loss ?? last.loss
        points[points.count - 1].shares.merge(point.shares) { $1 }
    }

    /// A share for each modality; nil when nothing was said.
    ///
    /// Of held-out pairs it is the last that was said, of the others the mean over the last fifth
    /// of the steps, as the built-in trainer has it.
    func shares(_ share: Share) -> [String: Double]? {
        var found: [String: Double] = [:]
        let count = share == .heldOut ? points.count : max(1, points.count / 5)
        for modality in ["audio", "video"] {
            let values = points.suffix(count)
                .compactMap { $0.shares["\(share.rawValue)/\(modality)"] }
            guard let last = values.last else { continue }
            found[modality] =
                share == .heldOut ? last : values.reduce(0, +) / Double(values.count)
        }
        return found.isEmpty ? nil : found
    }

    /// Reads a line: JSON with `step`, or a text such as `step 12/100 loss 0.3` or a bar's
    /// ` 12/100 [`.
    static func point(_ line: String) -> Point? {
        if line.first == "{" { return json(line) }
        let text = line.lowercased()
        let loss = text.firstMatch(of: /loss\W{1,4}(\d[\d.e+-]*)/).flatMap { Double($0.1) }
        // Slurm's `STEP 3.0 CANCELLED` is the name of a job's part.
        let step = /\bsteps?\W{1,3}(\d+)(?!\d*\.\d)(?:\s*(?:\/|of)\s*(\d+))?/
        if let match = text.firstMatch(of: step), let step = Int(match.1) {
            return Point(step: step, steps: match.2.flatMap { Int($0) }, loss: loss)
        }
        if let match = text.firstMatch(of: /\b(\d+)\/(\d+) \[/), let step = Int(match.1) {
            return Point(step: step, steps: Int(match.2), loss: loss)
        }
        return nil
    }

    private static func json(_ line: String) -> Point? {
        guard
            let found = try? JSONDecoder().decode([String: Member].self, from: Data(line.utf8))
        else { return nil }
        func number(_ names: String...) -> Double? {
            names.lazy.compactMap { found[$0]?.number }.first
        }
        func count(_ number: Double?) -> Int? { number.flatMap { Int(exactly: $0.rounded()) } }
        guard let step = count(number("step", "global_step")) else { return nil }
        var point = Point(
            step: step, steps: count(number("steps", "max_steps", "total")), loss: number("loss"))
        for share in Share.allCases {
            for modality in ["audio", "video"] {
                let name = "\(share.rawValue)/\(modality)"
                point.shares[name] = number(name).flatMap { (0...1).contains($0) ? $0 : nil }
            }
        }
        return point
    }

    /// A member of a line, of which numbers alone count.
    private struct Member: Decodable {
        var number: Double?

        init(from decoder: any Decoder) throws {
            let value = try? decoder.singleValueContainer()
            number = try? value?.decode(Double.self)
        }
    }
}
