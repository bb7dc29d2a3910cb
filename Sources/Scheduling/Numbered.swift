/// A record that can stand for "none" where a place must not be empty.
protocol Blank: Sendable {
    /// The record that says nothing.
    static var blank: Self { get }
}

/// Records by a small number, such as a worker's or a campaign's, each in a place of its own.
///
/// A dictionary's getter copies a whole record, with a count for each reference in it, to read
/// one field. Frequent steps therefore look up the place once and use `records[place]`; the rest
/// use the number.
struct Numbered<Record: Blank>: Sendable {
    /// The records by place; a free place holds the blank.
    var records: [Record] = []
    /// Numbers in use, ascending.
    private(set) var keys: [Int32] = []

    /// Place of each number's record; -1 for none.
    private var places: [Int32] = []
    private var free: [Int32] = []

    var isEmpty: Bool { keys.isEmpty }
    var count: Int { keys.count }

    /// Where the number's record is, as long as the number is in use; nil for none.
    @inline(__always)
    func place(of number: Int32) -> Int? {
        guard number >= 0, Int(number) < places.count else { return nil }
        let place = places[Int(number)]
        return place < 0 ? nil : Int(place)
    }

    /// The record of a number; nil for none, and setting nil removes it.
    subscript(number: Int32) -> Record? {
        get { place(of: number).map { records[$0] } }
        _modify {
            var record: Record?
            let place = place(of: number)
            if let place {
                // Moved out and back, so that what it refers to is changed in place.
                var taken = Record.blank
                swap(&taken, &records[place])
                record = consume taken
            }
            yield &record
            if let record {
                if let place { records[place] = record } else { add(record, number) }
            } else if place != nil {
                forget(number)
            }
        }
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
