/// A statement and its parameters, written as a string literal.
///
/// Each interpolated value becomes a parameter, never SQL text:
///
///     try connection.query("select name from prompts where id = \(id) and round = any(\(rounds))")
public struct Query: ExpressibleByStringInterpolation, Sendable {
    /// The statement with `$1`, `$2`, … in place of the values.
    public var sql: String
    var parameters: Parameters

    /// The values of a query, one after the other in one buffer.
    struct Parameters: Sendable {
        var types: [UInt32] = []
        /// Where each value begins; -1 for null.
        var offsets: [Int] = []
        var lengths: [Int32] = []
        var buffer = ByteBuffer(capacity: 64)
        /// The number of a text that Postgres cannot hold, from 1.
        var parameterWithZeroByte: Int?

        mutating func append<Value: PostgresEncodable>(_ value: Value?) {
            types.append(Value.postgresType)
            guard let value else {
                offsets.append(-1)
                lengths.append(0)
                return
            }
            let start = buffer.count
            value.encode(into: &buffer)
            offsets.append(start)
            lengths.append(Int32(buffer.count - start))
            guard Value.postgresType == 0 else { return }
            // libpq takes text up to the first zero byte, and ignores the length.
            if buffer.hasZeroByte(from: start) { parameterWithZeroByte = types.count }
            buffer.write(integer: 0 as UInt8)
        }
    }

    /// Makes a query without parameters from a literal.
    public init(stringLiteral value: String) {
        sql = value
        parameters = Parameters()
    }

    /// Makes a query from a literal with values in it.
    public init(stringInterpolation: StringInterpolation) {
        sql = stringInterpolation.sql
        parameters = stringInterpolation.parameters
    }

    /// Makes a query from text that must not contain anything a stranger wrote.
    public init(unsafeSQL: String) {
        sql = unsafeSQL
        parameters = Parameters()
    }

    /// Gathers the pieces of a literal.
    public struct StringInterpolation: StringInterpolationProtocol, Sendable {
        var sql: String
        var parameters = Parameters()

        /// Begins a literal of about this size.
        public init(literalCapacity: Int, interpolationCount: Int) {
            sql = ""
            sql.reserveCapacity(literalCapacity + 3 * interpolationCount)
        }

        /// Takes a piece of SQL text.
        public mutating func appendLiteral(_ literal: String) { sql += literal }

        /// Takes a value as the next parameter.
        public mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value) {
            append(value)
        }

        /// Takes a value or null as the next parameter.
        public mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value?) {
            append(value)
        }

        /// Takes SQL text that must not contain anything a stranger wrote.
        public mutating func appendInterpolation(unsafeSQL text: String) { sql += text }

        /// Takes the name of a table, schema or column and quotes it.
        public mutating func appendInterpolation(identifier name: String) {
            sql += "\""
            for character in name {
                if character == "\"" { sql += "\"" }
                sql.append(character)
            }
            sql += "\""
        }

        /// Takes another query as a part of this one.
        ///
        /// It comes before all values, because its parameters keep their numbers.
        public mutating func appendInterpolation(_ query: Query) {
            precondition(parameters.types.isEmpty, "a query inside a query comes first")
            sql += query.sql
            parameters = query.parameters
        }

        private mutating func append<Value: PostgresEncodable>(_ value: Value?) {
            parameters.append(value)
            sql += "$\(parameters.types.count)"
        }
    }
}
