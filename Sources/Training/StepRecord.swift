/// What one step of a training is worth writing down: named numbers in a fixed order.
public struct StepRecord: Sendable, Equatable {
    /// The step, counted from 1, and the epoch of its first batch, counted from 0.
    public var step, epoch: Int

    /// The numbers by name, `loss` first.
    public var values: [(name: String, value: Double)]

    /// The number of a name.
    public subscript(_ name: String) -> Double? { values.first { $0.name == name }?.value }

    /// Whether all numbers are the same.
    public static func == (left: StepRecord, right: StepRecord) -> Bool {
        left.step == right.step && left.epoch == right.epoch
            && left.values.map(\.name) == right.values.map(\.name)
            && left.values.map(\.value) == right.values.map(\.value)
    }

    /// Adds another batch's numbers of the same names.
    mutating func add(_ other: [(name: String, value: Double)], share: Double) {
        if values.isEmpty { values = other.map { ($0.name, 0) } }
        for index in values.indices where index < other.count {
            values[index].value += other[index].value * share
        }
    }

    /// The record as one line of JSON.
    public var json: String {
        let members = values.map { name, value in
            "\"\(name)\": \(value.isFinite ? "\(value)" : "null")"
        }
        return "{\"step\": \(step), \"epoch\": \(epoch), \(members.joined(separator: ", "))}"
    }
}
