/// One numbered change of the tables: a script of SQL that is never edited after it has landed.
public struct Migration: Hashable, Sendable {
    /// Its place in the order, from 1 without gaps.
    public let number: Int32
    /// What it brings, as in its file's name.
    public let name: String
    /// The script; it runs in one transaction.
    public let sql: String
    /// 16 hexadecimal digits over the script, by which an edited one is noticed.
    public let checksum: String

    /// Makes a migration from the bytes of its file.
    public init(_ number: Int32, _ name: String, _ bytes: [UInt8]) {
        self.number = number
        self.name = name
        sql = String(decoding: bytes, as: UTF8.self)
        checksum = Self.checksum(of: bytes)
    }

    /// FNV-1a in 64 bits: enough against accidents, which is all that a checksum here is for.
    private static func checksum(of bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// The migrations that this program knows.
public enum Migrations {
    /// All of them, in order.
    public static let all = [
        Migration(1, "engine_room", PackageResources.m001_engine_room_sql),
        Migration(2, "one_round_trip", PackageResources.m002_one_round_trip_sql),
        Migration(3, "front_desk", PackageResources.m003_front_desk_sql),
        Migration(
            4, "rankings_side_by_side", PackageResources.m004_rankings_side_by_side_sql),
        Migration(5, "rounds", PackageResources.m005_rounds_sql),
        Migration(6, "tracked_rounds", PackageResources.m006_tracked_rounds_sql),
        Migration(7, "withdrawn_rankings", PackageResources.m007_withdrawn_rankings_sql),
    ]
}
