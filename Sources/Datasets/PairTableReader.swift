import Foundation

/// Reads `pairs.parquet` back, some columns of it, row group by row group.
///
/// It reads what `ParquetFile` writes and refuses any other Parquet.
struct PairTableReader {
    private let path: String
    private let groups: [ThriftValue]

    init(_ path: String) throws {
        self.path = path
        let handle = try FileHandle(forReadingFrom: URL(filePath: path))
        defer { try? handle.close() }
        let size = try handle.seekToEnd()
        guard size >= 12 else { throw ByteCursor.damaged }
        try handle.seek(toOffset: size - 8)
        let end = [UInt8](try handle.read(upToCount: 8) ?? Data())
        var tail = ByteCursor(end[...])
        let length = UInt64(try tail.littleEndian(UInt32.self))
        guard Array(try tail.take(4)) == Array("PAR1".utf8), length <= size - 12 else {
            throw ByteCursor.damaged
        }
        try handle.seek(toOffset: size - 8 - length)
        let footer = [UInt8](try handle.read(upToCount: Int(length)) ?? Data())
        var cursor = ByteCursor(footer[...])
        groups = try cursor.structure()[4]?.list ?? []
    }

    /// Hands out each row group's values of some columns: a list for each, equally long.
    func forEachGroup(_ names: [String], _ body: ([[Column.Value]]) throws -> Void) throws {
        let handle = try FileHandle(forReadingFrom: URL(filePath: path))
        defer { try? handle.close() }
        for group in groups {
            let chunks = group[1]?.list ?? []
            let columns = try names.map { name in
                let chunk = chunks.first { $0[3]?[3]?.list.first?.text == name }
                guard let description = chunk?[3] else {
                    throw ExportError("\(path) has no column \(name)")
                }
                return try values(of: description, handle)
            }
            let rows = group[3]?.integer ?? 0
            guard columns.allSatisfy({ $0.count == rows }) else { throw ByteCursor.damaged }
            try body(columns)
        }
    }

    private func values(
        of chunk: ThriftValue, _ handle: FileHandle
    ) throws -> [Column.Value] {
        guard let start = chunk[11]?.integer ?? chunk[9]?.integer, start >= 0,
            let bytes = chunk[7]?.integer, bytes >= 0, let type = chunk[1]?.integer
        else { throw ByteCursor.damaged }
        try handle.seek(toOffset: UInt64(start))
        let content = [UInt8](try handle.read(upToCount: bytes) ?? Data())
        var cursor = ByteCursor(content[...])
        var dictionary: [Column.Value] = []
        var values: [Column.Value] = []
        while cursor.left > 0 {
            let header = try cursor.structure()
            var page = ByteCursor(try cursor.take(header[3]?.integer ?? -1))
            if let count = header[7]?[1]?.integer {
                for _ in 0..<count { dictionary.append(try page.plain(type)) }
            } else if let count = header[5]?[1]?.integer {
                let isIndexed = header[5]?[2]?.integer == 8
                values += try page.data(count, type, isIndexed ? dictionary : nil)
            }
        }
        return values
    }
}

extension ByteCursor {
    /// Reads a value in Parquet's plain encoding, by its physical type.
    fileprivate mutating func plain(_ type: Int) throws(ExportError) -> Column.Value {
        switch type {
        case 2: return .integer(try littleEndian(Int64.self))
        case 5: return .real(Double(bitPattern: try littleEndian(UInt64.self)))
        case 6:
            let count = Int(try littleEndian(UInt32.self))
            return .text(String(decoding: try take(count), as: UTF8.self))
        default: throw Self.damaged
        }
    }

    /// Reads a data page: which values are there, then those, or their places in a dictionary.
    fileprivate mutating func data(
        _ count: Int, _ type: Int, _ dictionary: [Column.Value]?
    ) throws(ExportError) -> [Column.Value] {
        let levels = try levels(count)
        var places: [Int] = []
        if dictionary != nil { places = try indices(levels.count { $0 }) }
        var next = 0
        var values: [Column.Value] = []
        values.reserveCapacity(count)
        for isThere in levels {
            guard isThere else {
                values.append(.null)
                continue
            }
            if let dictionary {
                guard dictionary.indices.contains(places[next]) else { throw Self.damaged }
                values.append(dictionary[places[next]])
                next += 1
            } else {
                values.append(try plain(type))
            }
        }
        return values
    }

    private mutating func levels(_ count: Int) throws(ExportError) -> [Bool] {
        var runs = ByteCursor(try take(Int(try littleEndian(UInt32.self))))
        var levels: [Bool] = []
        while runs.left > 0 {
            let head = try runs.varint()
            guard head & 1 == 0, head >> 1 <= UInt64(count - levels.count) else {
                throw Self.damaged
            }
            let isThere = try runs.byte() > 0
            levels += Array(repeating: isThere, count: Int(head >> 1))
        }
        guard levels.count == count else { throw Self.damaged }
        return levels
    }

    /// Places in a dictionary, packed in groups of eight after their width in bits.
    private mutating func indices(_ count: Int) throws(ExportError) -> [Int] {
        if count == 0 { return [] }
        let width = Int(try byte())
        let head = try varint()
        guard (1...32).contains(width), head & 1 == 1, head >> 1 >= UInt64((count + 7) / 8) else {
            throw Self.damaged
        }
        var places: [Int] = []
        var pending: UInt64 = 0
        var bits = 0
        while places.count < count {
            while bits < width {
                pending |= UInt64(try byte()) << UInt64(bits)
                bits += 8
            }
            places.append(Int(pending & (1 << UInt64(width) - 1)))
            pending >>= UInt64(width)
            bits -= width
        }
        return places
    }
}
