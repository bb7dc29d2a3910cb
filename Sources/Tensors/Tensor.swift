/// An array of numbers with any number of axes, and a value: a copy never sees later changes.
///
/// Views (transposed, sliced, broadcast) share memory with what they were made from until one of
/// them is written. Shapes that do not fit are a mistake of the caller and stop the program.
public struct Tensor: Sendable {
    /// The length of each axis; no axes make a single number.
    public private(set) var shape: [Int]

    /// Distance of neighbours along each axis, in elements; 0 where an axis is broadcast.
    private(set) var strides: [Int]

    /// The first element's place in the storage, in elements.
    private(set) var offset: Int

    /// How elements are stored.
    public let elementType: ElementType

    private(set) var storage: Storage

    /// How gradients flow back to what the value was made from, when one is wanted.
    var node: Node?

    /// Refers to a part of a storage.
    init(
        shape: [Int], strides: [Int], offset: Int, elementType: ElementType, storage: Storage
    ) {
        self.shape = shape
        self.strides = strides
        self.offset = offset
        self.elementType = elementType
        self.storage = storage
    }

    /// Makes a tensor whose elements are not yet set.
    init(uninitialised shape: [Int], _ elementType: ElementType = .f32) {
        invariant(shape.allSatisfy { $0 >= 0 }, "a tensor cannot have the shape \(shape)")
        let count = shape.reduce(1, *)
        self.init(
            shape: shape, strides: Self.contiguousStrides(shape), offset: 0,
            elementType: elementType, storage: Storage(byteCount: count * elementType.size))
    }

    /// Makes a tensor of one repeated value.
    public init(repeating value: Float, shape: [Int]) {
        self.init(uninitialised: shape)
        unsafe withMutableFloats { unsafe $0.update(repeating: value) }
    }

    /// Makes a tensor from its elements in row-major order, the last axis fastest.
    public init(_ elements: [Float], shape: [Int]) {
        self.init(uninitialised: shape)
        invariant(elements.count == count, "\(elements.count) elements do not fill \(shape)")
        unsafe withMutableFloats { unsafe _ = $0.update(fromContentsOf: elements) }
    }

    /// Makes a vector from its elements.
    public init(_ elements: [Float]) {
        self.init(elements, shape: [elements.count])
    }

    /// Makes a tensor by writing its elements, given as a flat buffer of `shape`'s size.
    init(shape: [Int], filledBy fill: (UnsafeMutablePointer<Float>) -> Void) {
        self.init(uninitialised: shape)
        unsafe fill(storage.base.assumingMemoryBound(to: Float.self))
    }

    /// The number of elements.
    public var count: Int { shape.reduce(1, *) }

    /// The number of axes.
    public var rank: Int { shape.count }

    /// Whether the elements lie in row-major order without gaps.
    public var isContiguous: Bool {
        var expected = 1
        for axis in shape.indices.reversed() where shape[axis] != 1 {
            if strides[axis] != expected { return count == 0 }
            expected *= shape[axis]
        }
        return true
    }

    static func contiguousStrides(_ shape: [Int]) -> [Int] {
        var strides = [Int](repeating: 1, count: shape.count)
        for axis in shape.indices.dropLast().reversed() {
            strides[axis] = strides[axis + 1] * shape[axis + 1]
        }
        return strides
    }

    /// The address of the first element; valid while this tensor's storage is.
    ///
    /// Whoever takes it of a local tensor says `defer { extendLifetime(tensor) }`: the compiler may
    /// otherwise release the tensor after its last mention, and the pool hand out its memory.
    var address: UnsafeMutableRawPointer {
        unsafe storage.base + offset * elementType.size
    }

    /// The address of the first element as single precision.
    var floats: UnsafePointer<Float> {
        invariant(elementType == .f32, "\(elementType) elements; convert the tensor to f32 first")
        return unsafe UnsafePointer(address.assumingMemoryBound(to: Float.self))
    }

    /// Writes elements in place, in row-major order; copies them first when they are shared.
    public mutating func withMutableFloats<R, E>(
        _ body: (UnsafeMutableBufferPointer<Float>) throws(E) -> R
    ) throws(E) -> R {
        invariant(elementType == .f32, "\(elementType) elements; convert the tensor to f32 first")
        withoutGradient("writing elements")
        if !isKnownUniquelyReferenced(&storage) || !storage.isWritable || !isContiguous {
            self = copied()
        }
        let start = unsafe address.assumingMemoryBound(to: Float.self)
        return unsafe try body(UnsafeMutableBufferPointer(start: start, count: count))
    }

    /// The element at an index, one number per axis.
    public subscript(index: Int...) -> Float {
        get {
            let place = self.place(index)
            return converted(to: .f32, only: place)
        }
        set {
            let flat = zip(index, Self.contiguousStrides(shape)).reduce(0) { $0 + $1.0 * $1.1 }
            _ = place(index)
            unsafe withMutableFloats { unsafe $0[flat] = newValue }
        }
    }

    private func place(_ index: [Int]) -> Int {
        invariant(
            index.count == rank && zip(index, shape).allSatisfy { $0 >= 0 && $0 < $1 },
            "the index \(index) is outside \(shape)")
        return zip(index, strides).reduce(offset) { $0 + $1.0 * $1.1 }
    }

    private func converted(to: ElementType, only place: Int) -> Float {
        let one = Tensor(
            shape: [], strides: [], offset: place, elementType: elementType, storage: storage)
        return one.floatArray()[0]
    }
}
