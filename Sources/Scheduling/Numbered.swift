/// Records by a small number, such as a worker's or a campaign's, changed in place.
///
/// A dictionary's getter copies the whole record to read one field of it; this does not.
struct Numbered<Record: Sendable>: Sendable {
    /// Place of each number's record; -1 for none.
    private var places: [Int32] = []
    private var records: [Record?] = []
    private var free: [Int32] = []
    /// Numbers in use, ascending.
    private(set) var keys: [Int32] = []

    var isEmpty: Bool { keys.isEmpty }
    var count: Int { keys.count }

    /// The record of a number; nil for none. Setting nil removes it.
    subscript(number: Int32) -> Record? {
        _read {
            if let place = place(of: number) { yield records[place] } else { yield nil }
        }
        _modify {
            if let place = place(of: number) {
                yield &records[place]
                if records[place] == nil { forget(number) }
            } else {
                var fresh: Record?
                yield &fresh
                if let fresh { add(fresh, number) }
            }
        }
    }

    @inline(__always)
    private func place(of number: Int32) -> Int? {
        guard number >= 0, Int(number) < places.count else { return nil }
        let place = places[Int(number)]
        return place < 0 ? nil : Int(place)
    }

    private mutating func add(_ record: Record, _ number: Int32) {
        precondition(number >= 0)
        while places.count <= Int(number) { places.append(-1) }
        if let place = free.popLast() {
            records[Int(place)] = record
            places[Int(number)] = place
        } else {
            places[Int(number)] = Int32(records.count)
            records.append(record)
        }
        let after = keys.firstIndex { $0 > number } ?? keys.count
        keys.insert(number, at: after)
    }

    private mutating func forget(_ number: Int32) {
        free.append(places[Int(number)])
        places[Int(number)] = -1
        keys.removeAll { $0 == number }
    }
}
