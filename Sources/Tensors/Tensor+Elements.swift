import CKernels

extension Tensor {
    /// Returns the elements in row-major order as single precision.
    public func floatArray() -> [Float] {
        let source = detached().converted(to: .f32).contiguous()
        defer { extendLifetime(source) }
        return unsafe Array(UnsafeBufferPointer(start: source.floats, count: count))
    }

    /// Returns the elements in row-major order as double precision.
    public func doubleArray() -> [Double] {
        let source = detached().converted(to: .f64).contiguous()
        defer { extendLifetime(source) }
        let start = unsafe source.address.assumingMemoryBound(to: Double.self)
        return unsafe Array(UnsafeBufferPointer(start: start, count: count))
    }

    /// Returns the elements in row-major order as whole numbers; u64 above 2⁶³ wraps around.
    public func intArray() -> [Int64] {
        let source = detached().converted(to: .i64).contiguous()
        defer { extendLifetime(source) }
        let start = unsafe source.address.assumingMemoryBound(to: Int64.self)
        return unsafe Array(UnsafeBufferPointer(start: start, count: count))
    }

    /// Returns the bytes of the elements in row-major order.
    public func byteArray() -> [UInt8] {
        let source = detached().contiguous()
        defer { extendLifetime(source) }
        return unsafe Array(
            UnsafeRawBufferPointer(start: source.address, count: count * elementType.size))
    }

    /// Returns the elements stored in another way; rounds to nearest, ties to even.
    ///
    /// Whole numbers are truncated from fractions; a number that does not fit is clamped.
    public func converted(to target: ElementType) -> Tensor {
        if target == elementType { return self }
        withoutGradient("conversion")
        let source = contiguous()
        defer { extendLifetime(source) }
        let result = Tensor(uninitialised: shape, target)
        let from = unsafe Address(source.address)
        let to = unsafe Address(result.address)
        let count = count
        Team.current.split(count, grain: 16_384) { range in
            unsafe convert(
                from.pointer + range.lowerBound * elementType.size, elementType,
                to.pointer + range.lowerBound * target.size, target, range.count)
        }
        return result
    }

    /// Returns the elements in single precision and in memory of their own.
    ///
    /// What a mapped file holds of them need not stay in memory beside them, and is let go.
    public func inOwnMemory() -> Tensor {
        let own = storage.isWritable || elementType != .f32 ? converted(to: .f32) : copied()
        storage.letGo()
        return own
    }
}

/// Makes a tensor from whole numbers.
extension Tensor {
    /// Makes a tensor of 64-bit whole numbers in row-major order.
    public init(integers elements: [Int64], shape: [Int]) {
        self.init(uninitialised: shape, .i64)
        invariant(elements.count == count, "\(elements.count) elements do not fill \(shape)")
        let start = unsafe address.assumingMemoryBound(to: Int64.self)
        for i in elements.indices { unsafe start[i] = elements[i] }
    }

    /// Makes a tensor of double-precision numbers in row-major order.
    public init(doubles elements: [Double], shape: [Int]) {
        self.init(uninitialised: shape, .f64)
        invariant(elements.count == count, "\(elements.count) elements do not fill \(shape)")
        let start = unsafe address.assumingMemoryBound(to: Double.self)
        for i in elements.indices { unsafe start[i] = elements[i] }
    }

    /// Makes a tensor of any element type from its bytes in row-major order.
    public init(bytes: [UInt8], shape: [Int], _ elementType: ElementType) {
        self.init(uninitialised: shape, elementType)
        invariant(
            bytes.count == count * elementType.size,
            "\(bytes.count) bytes do not fill \(shape) \(elementType)")
        unsafe bytes.withUnsafeBytes { bytes in
            if let start = bytes.baseAddress {
                unsafe address.copyMemory(from: start, byteCount: bytes.count)
            }
        }
    }
}

extension ElementType {
    /// The element type's name in the kernels, for those that they know.
    var kernel: duet_element? {
        switch self {
        case .f32: DUET_F32
        case .bf16: DUET_BF16
        case .f16: DUET_F16
        default: nil
        }
    }
}

private func convert(
    _ from: UnsafeMutableRawPointer, _ fromType: ElementType, _ to: UnsafeMutableRawPointer,
    _ toType: ElementType, _ count: Int
) {
    if toType == .f32, let kernel = fromType.kernel {
        unsafe duet_widen(from, kernel, count, to.assumingMemoryBound(to: Float.self))
    } else if fromType == .f32, let kernel = toType.kernel {
        unsafe duet_narrow(from.assumingMemoryBound(to: Float.self), kernel, count, to)
    } else if fromType.isInteger, toType.isInteger {
        for i in 0..<count {
            unsafe writeInteger(readInteger(from, fromType, i), to, toType, i)
        }
    } else {
        for i in 0..<count { unsafe writeDouble(readDouble(from, fromType, i), to, toType, i) }
    }
}

private func readInteger(_ from: UnsafeMutableRawPointer, _ type: ElementType, _ i: Int) -> Int64 {
    let place = unsafe from + i * type.size
    switch type {
    case .i64: return unsafe place.load(as: Int64.self)
    case .u64: return unsafe Int64(truncatingIfNeeded: place.load(as: UInt64.self))
    case .i32: return unsafe Int64(place.load(as: Int32.self))
    case .u32: return unsafe Int64(place.load(as: UInt32.self))
    case .i16: return unsafe Int64(place.load(as: Int16.self))
    case .u16: return unsafe Int64(place.load(as: UInt16.self))
    case .i8: return unsafe Int64(place.load(as: Int8.self))
    case .u8: return unsafe Int64(place.load(as: UInt8.self))
    case .bool: return unsafe place.load(as: UInt8.self) == 0 ? 0 : 1
    case .f32, .f64, .bf16, .f16: return unsafe Int64(readDouble(from, type, i))
    }
}

private func writeInteger(
    _ value: Int64, _ to: UnsafeMutableRawPointer, _ type: ElementType, _ i: Int
) {
    let place = unsafe to + i * type.size
    switch type {
    case .i64: unsafe place.storeBytes(of: value, as: Int64.self)
    case .u64: unsafe place.storeBytes(of: UInt64(truncatingIfNeeded: value), as: UInt64.self)
    case .i32: unsafe place.storeBytes(of: Int32(clamping: value), as: Int32.self)
    case .u32: unsafe place.storeBytes(of: UInt32(clamping: value), as: UInt32.self)
    case .i16: unsafe place.storeBytes(of: Int16(clamping: value), as: Int16.self)
    case .u16: unsafe place.storeBytes(of: UInt16(clamping: value), as: UInt16.self)
    case .i8: unsafe place.storeBytes(of: Int8(clamping: value), as: Int8.self)
    case .u8: unsafe place.storeBytes(of: UInt8(clamping: value), as: UInt8.self)
    case .bool: unsafe place.storeBytes(of: value == 0 ? 0 : 1, as: UInt8.self)
    case .f32, .f64, .bf16, .f16: unsafe writeDouble(Double(value), to, type, i)
    }
}

private func readDouble(_ from: UnsafeMutableRawPointer, _ type: ElementType, _ i: Int) -> Double {
    let place = unsafe from + i * type.size
    switch type {
    case .f64: return unsafe place.load(as: Double.self)
    case .f32: return unsafe Double(place.load(as: Float.self))
    case .bf16, .f16:
        var wide: Float = 0
        if let kernel = type.kernel { unsafe duet_widen(place, kernel, 1, &wide) }
        return Double(wide)
    case .u64: return unsafe Double(place.load(as: UInt64.self))
    default: return unsafe Double(readInteger(from, type, i))
    }
}

private func writeDouble(
    _ value: Double, _ to: UnsafeMutableRawPointer, _ type: ElementType, _ i: Int
) {
    let place = unsafe to + i * type.size
    switch type {
    case .f64: unsafe place.storeBytes(of: value, as: Double.self)
    case .f32: unsafe place.storeBytes(of: Float(value), as: Float.self)
    case .bf16, .f16:
        var narrow = Float(value)
        if let kernel = type.kernel { unsafe duet_narrow(&narrow, kernel, 1, place) }
    case .u64 where value >= 9.223372036854775808e18:
        let most = value < 1.8446744073709552e19 ? UInt64(value) : UInt64.max
        unsafe place.storeBytes(of: most, as: UInt64.self)
    default: unsafe writeInteger(clamped(value), to, type, i)
    }
}

/// The whole number towards 0; a NaN is 0.
private func clamped(_ value: Double) -> Int64 {
    if value.isNaN { return 0 }
    if value >= 9.223372036854775807e18 { return .max }
    return value <= -9.223372036854775808e18 ? .min : Int64(value)
}
