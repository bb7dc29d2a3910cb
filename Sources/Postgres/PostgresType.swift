/// The object ids of the types whose binary form is known here, from the server's `pg_type`.
enum PostgresType {
    static let bool: UInt32 = 16
    static let bytea: UInt32 = 17
    static let name: UInt32 = 19
    static let int8: UInt32 = 20
    static let int2: UInt32 = 21
    static let int4: UInt32 = 23
    static let text: UInt32 = 25
    static let oid: UInt32 = 26
    static let json: UInt32 = 114
    static let float4: UInt32 = 700
    static let float8: UInt32 = 701
    static let unknown: UInt32 = 705
    static let boolArray: UInt32 = 1000
    static let byteaArray: UInt32 = 1001
    static let int2Array: UInt32 = 1005
    static let int4Array: UInt32 = 1007
    static let textArray: UInt32 = 1009
    static let bpchar: UInt32 = 1042
    static let varchar: UInt32 = 1043
    static let varcharArray: UInt32 = 1015
    static let nameArray: UInt32 = 1003
    static let int8Array: UInt32 = 1016
    static let float4Array: UInt32 = 1021
    static let float8Array: UInt32 = 1022
    static let timestamp: UInt32 = 1114
    static let timestamptz: UInt32 = 1184
    static let timestamptzArray: UInt32 = 1185
    static let numeric: UInt32 = 1700
    static let jsonb: UInt32 = 3802

    /// Types made by `create type`; enums among them travel as text.
    static let firstUserType: UInt32 = 16384

    /// A name for messages.
    static func name(of type: UInt32) -> String {
        switch type {
        case bool: "bool"
        case bytea: "bytea"
        case name: "name"
        case int8: "int8"
        case int2: "int2"
        case int4: "int4"
        case text: "text"
        case oid: "oid"
        case json: "json"
        case jsonb: "jsonb"
        case float4: "float4"
        case float8: "float8"
        case bpchar: "char"
        case varchar: "varchar"
        case timestamp: "timestamp"
        case timestamptz: "timestamptz"
        case numeric: "numeric"
        case boolArray: "bool[]"
        case byteaArray: "bytea[]"
        case int2Array: "int2[]"
        case int4Array: "int4[]"
        case int8Array: "int8[]"
        case textArray: "text[]"
        case varcharArray: "varchar[]"
        case nameArray: "name[]"
        case float4Array: "float4[]"
        case float8Array: "float8[]"
        case timestamptzArray: "timestamptz[]"
        default: "the type with oid \(type)"
        }
    }
}
