/// How one element of a tensor is stored.
public enum ElementType: String, CaseIterable, Hashable, Sendable {
    /// Single precision, in which everything is computed.
    case f32
    /// Double precision.
    case f64
    /// The upper half of single precision.
    case bf16
    /// IEEE half precision.
    case f16
    /// Signed integers of 64, 32, 16 and 8 bits.
    case i64, i32, i16, i8
    /// Unsigned integers of 64, 32, 16 and 8 bits.
    case u64, u32, u16, u8
    /// One byte that is 0 or 1.
    case bool

    /// Bytes per element.
    public var size: Int {
        switch self {
        case .f64, .i64, .u64: 8
        case .f32, .i32, .u32: 4
        case .bf16, .f16, .i16, .u16: 2
        case .i8, .u8, .bool: 1
        }
    }

    /// Whether elements are whole numbers, which are kept exactly up to 64 bits.
    var isInteger: Bool {
        switch self {
        case .f32, .f64, .bf16, .f16: false
        case .i64, .i32, .i16, .i8, .u64, .u32, .u16, .u8, .bool: true
        }
    }
}
