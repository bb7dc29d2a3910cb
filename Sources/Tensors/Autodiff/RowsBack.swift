extension Tensor {
    /// The way back through a norm: calls `body` with rows of this tensor, of the result's
    /// gradient and of the own gradient, then what sums to be added to and the item's factors.
    ///
    /// Rows are cut into `items` equal runs and those into chunks of a fixed length, whose sums
    /// are added up in their order: `[items, sums, width]`.
    func rowsBack(
        _ gradient: Tensor, items: Int = 1, factors: Tensor? = nil, sums count: Int,
        _ body: (
            UnsafePointer<Float>, UnsafePointer<Float>, Int, UnsafeMutablePointer<Float>,
            UnsafeMutablePointer<Float>?, UnsafePointer<Float>?
        ) -> Void
    ) -> (gradient: Tensor, sums: Tensor) {
        let width = shape[rank - 1]
        let given = gradient.contiguous()
        let result = Tensor(uninitialised: shape)
        let rows = width == 0 ? 0 : self.count / width / max(1, items)
        let chunks = max(1, (rows + Self.chunkRows - 1) / Self.chunkRows)
        let partial = Tensor(repeating: 0, shape: [items, chunks, count * width])
        guard self.count > 0 else {
            return (result, partial.summed(to: [items, 1, count * width]))
        }
        let from = unsafe Address(address)
        let slope = unsafe Address(given.address)
        let to = unsafe Address(result.address)
        let adding = unsafe Address(partial.address)
        let factor = factors.map { unsafe Address($0.address) }
        let grain = max(1, 16_384 / (Self.chunkRows * width))
        withExtendedLifetime((self, given, factors)) {
            Team.current.split(items * chunks, grain: grain) { range in
                for part in range {
                    let (item, chunk) = part.quotientAndRemainder(dividingBy: chunks)
                    let first = chunk * Self.chunkRows
                    let start = (item * rows + first) * width
                    let last = min(rows, first + Self.chunkRows)
                    unsafe body(
                        from.floats + start, slope.floats + start, last - first,
                        to.floats + start,
                        count == 0 ? nil : adding.floats + part * count * width,
                        factor.map { unsafe UnsafePointer($0.floats + item * width) })
                }
            }
        }
        return (result, partial.summed(over: 1).reshaped([items, count, width]))
    }

    private static var chunkRows: Int { 64 }
}
