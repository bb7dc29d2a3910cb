import Foundation
import Tensors

/// What is doubtful about an adapter, in sentences.
public enum AdapterLint {
    /// Returns what would make loaders refuse it, or apply it otherwise than it was trained;
    /// `configuration` is that of the model it is for.
    public static func problems(
        _ adapter: Adapter, for configuration: JavisConfiguration? = nil
    ) -> [String] {
        let modules = adapter.modules.sorted { $0.key < $1.key }
        guard !modules.isEmpty else { return ["it adds to no map"] }
        var problems: [String] = []
        func report(_ names: [String], _ what: String) {
            guard let first = names.first else { return }
            let rest = names.count > 1 ? " and \(names.count - 1) more" : ""
            problems.append("\(first)\(rest): \(what)")
        }
        report(
            modules.filter { $0.value.alpha == nil }.map(\.key),
            "the file says no alpha, so the scale is taken as 1; if it was trained with another, "
                + "write it with its alpha")
        report(
            modules.filter { !isFinite($0.value) }.map(\.key),
            "holds numbers that are not finite; go back to an earlier checkpoint")
        report(
            modules.filter { $0.value.up.squareSum32 == 0 }.map(\.key),
            "changes nothing: its larger factor is zero")
        if Set(modules.map(\.value.rank)).count > 1 {
            problems.append("maps have different ranks; kohya's loaders expect one")
        }
        report(
            modules.filter { $0.key.contains("audio_") }.map(\.key),
            "is no map of Wan's own, so diffusers' Wan loader refuses the file")
        if let configuration { problems += misfits(adapter, configuration) }
        return problems
    }

    /// Returns the maps that the network lacks or has in another size, a sentence each.
    public static func misfits(
        _ adapter: Adapter, _ configuration: JavisConfiguration
    ) -> [String] {
        let shapes = JavisTransformer.shapes(configuration)
        return adapter.modules.sorted { $0.key < $1.key }.compactMap { name, module in
            guard let shape = shapes[name + ".weight"] else {
                return "\(name): the model has no such linear map"
            }
            let own = [module.up.shape[0], module.down.shape[1]]
            return own == shape
                ? nil : "\(name): its update is \(own) and the model's weight \(shape)"
        }
    }

    private static func isFinite(_ module: Adapter.Module) -> Bool {
        module.down.squareSum32.isFinite && module.up.squareSum32.isFinite
    }
}

extension Tensor {
    /// Σ x² of elements of any type.
    fileprivate var squareSum32: Double { converted(to: .f32).squareSum() }
}

/// How two adapters differ, map by map.
public struct AdapterDifference: Sendable {
    /// One map in one or both.
    public struct Row: Sendable {
        /// The map.
        public let module: String
        /// √Σ of the squares of each update; nil where the adapter leaves the map alone.
        public let norms: (Double?, Double?)
        /// The norm of the difference over that of the first, or of the second where it stands
        /// alone.
        public let relative: Double
    }

    /// The maps of either, by name.
    public let rows: [Row]

    /// Compares two adapters' whole updates, so that factors may differ where products do not.
    public init(_ first: Adapter, _ second: Adapter) {
        let names = Set(first.modules.keys).union(second.modules.keys).sorted()
        rows = names.map { name in
            let (a, b) = (first.modules[name]?.update, second.modules[name]?.update)
            let norms = (a?.squareSum().squareRoot(), b?.squareSum().squareRoot())
            var apart = 1.0
            if let a, let b, a.shape == b.shape, let norm = norms.0 {
                apart = (a - b).squareSum().squareRoot() / max(norm, 1e-30)
            }
            return Row(module: name, norms: norms, relative: apart)
        }
    }
}
