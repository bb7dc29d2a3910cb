public import Layers
public import Tensors

/// A low-rank adapter: what it adds to which linear maps, whatever file it came from.
public struct Adapter: Sendable {
    /// What is added to one map: scale · up · down.
    public struct Module: Sendable {
        /// `[rank, in]`.
        public var down: Tensor
        /// `[out, rank]`.
        public var up: Tensor
        /// What the file says; nil where it says nothing, which counts as the rank.
        public var alpha: Double?
        /// Whether the scale is alpha / √rank instead of alpha / rank.
        public var isRankStabilised: Bool

        /// Joins the factors of one map.
        public init(down: Tensor, up: Tensor, alpha: Double?, isRankStabilised: Bool = false) {
            (self.down, self.up) = (down, up)
            (self.alpha, self.isRankStabilised) = (alpha, isRankStabilised)
        }

        /// Numbers between the factors.
        public var rank: Int { down.shape[0] }

        /// What the product of the factors is multiplied by.
        public var scale: Double {
            let rank = Double(rank)
            return (alpha ?? rank) / (isRankStabilised ? rank.squareRoot() : rank)
        }

        /// The whole update, `[out, in]`.
        public var update: Tensor {
            up.converted(to: .f32).matmul(down.converted(to: .f32)) * Float(scale)
        }
    }

    /// The maps' updates, by the original name of the map: `blocks.0.self_attn.q`.
    public var modules: [String: Module]

    /// The share of inputs dropped when it was trained.
    public var dropout: Double

    /// The model it was trained on, as its file names it.
    public var baseModel: String?

    /// Joins the updates of maps.
    public init(modules: [String: Module], dropout: Double = 0, baseModel: String? = nil) {
        (self.modules, self.dropout, self.baseModel) = (modules, dropout, baseModel)
    }

    /// What networks take.
    ///
    /// Maps that it changes nothing of are left out, so that such an adapter changes no bit.
    public var updates: [String: LowRankUpdate] {
        var updates: [String: LowRankUpdate] = [:]
        for (name, module) in modules {
            let (down, up) = (module.down.converted(to: .f32), module.up.converted(to: .f32))
            if module.scale == 0 || down.squareSum() == 0 || up.squareSum() == 0 { continue }
            updates[name] = LowRankUpdate(down: down, up: up, scale: Float(module.scale))
        }
        return updates
    }

    /// The ends of names that say which maps it adds to, without the block's number.
    public var targets: [String] {
        Set(
            modules.keys.map { name in
                let parts = name.split(separator: ".", maxSplits: 2)
                return parts.count == 3 && parts[0] == "blocks" ? String(parts[2]) : name
            }
        ).sorted()
    }

    /// Returns the weight of a map, by its original name or diffusers'.
    public static func weight(of module: String, in checkpoint: Checkpoint) -> Tensor? {
        weightName(of: module, in: checkpoint).flatMap { checkpoint[$0] }
    }

    private static func weightName(of module: String, in checkpoint: Checkpoint) -> String? {
        [module + ".weight", WanNamesOfFile.diffusers(module) + ".weight"]
            .first { checkpoint.layout($0) != nil }
    }

    /// Returns a model's weights with the updates added, by the names that the checkpoint has.
    public func merged(into checkpoint: Checkpoint) throws(AdapterError) -> NamedTensors {
        var tensors: NamedTensors = [:]
        for name in checkpoint.names { tensors[name] = checkpoint[name] }
        for (module, factors) in modules.sorted(by: { $0.key < $1.key }) {
            guard let name = Self.weightName(of: module, in: checkpoint), let weight = tensors[name]
            else { throw AdapterError("the model has no linear map \(module)") }
            let update = factors.update
            guard update.count == weight.count else {
                throw AdapterError(
                    "\(module): an update of \(update.shape) does not fit a weight of "
                        + "\(weight.shape)")
            }
            tensors[name] = (weight.converted(to: .f32) + update.reshaped(weight.shape))
                .converted(to: weight.elementType)
        }
        return tensors
    }
}

extension Adapter {
    /// How far weights under this adapter are from the model's own, and from those under `start`,
    /// nil being none: each the Frobenius norm of all differences over that of the changed maps.
    public func change(
        from start: Adapter?, of checkpoint: Checkpoint
    ) -> (fromBase: Double, fromStart: Double) {
        var (base, fromBase, fromStart) = (0.0, 0.0, 0.0)
        for name in Set(modules.keys).union(start?.modules.keys ?? [:].keys).sorted() {
            guard let weight = Self.weight(of: name, in: checkpoint) else { continue }
            base += weight.converted(to: .f32).squareSum()
            let (last, first) = (modules[name]?.update, start?.modules[name]?.update)
            fromBase += last?.squareSum() ?? 0
            switch (last, first) {
            case (let last?, let first?): fromStart += (last - first).squareSum()
            case (let only?, nil), (nil, let only?): fromStart += only.squareSum()
            case (nil, nil): break
            }
        }
        func share(_ squares: Double) -> Double { base > 0 ? (squares / base).squareRoot() : 0 }
        return (share(fromBase), share(fromStart))
    }
}

/// Why an adapter cannot be read, written or used.
public struct AdapterError: Error, Equatable, CustomStringConvertible, Sendable {
    /// What is wrong, where, and what to do instead.
    public let description: String

    /// Makes an error.
    public init(_ description: String) {
        self.description = description
    }
}
