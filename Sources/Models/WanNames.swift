/// The names that Wan's tensors have in files: the original ones and those of diffusers.
public enum WanNames {
    /// Some checkpoints put this before every name.
    static let prefix = "model.diffusion_model."

    /// Original parts of names and what diffusers calls them; the first match counts.
    private static let diffusers: [(original: String, renamed: String)] = [
        ("time_embedding.0.", "condition_embedder.time_embedder.linear_1."),
        ("time_embedding.2.", "condition_embedder.time_embedder.linear_2."),
        ("text_embedding.0.", "condition_embedder.text_embedder.linear_1."),
        ("text_embedding.2.", "condition_embedder.text_embedder.linear_2."),
        ("time_projection.1.", "condition_embedder.time_proj."),
        ("head.modulation", "scale_shift_table"),
        ("head.head.", "proj_out."),
    ]

    /// The same for what stands behind `blocks.N.`; note that norm2 and norm3 change places.
    private static let diffusersInBlock: [(original: String, renamed: String)] = [
        ("modulation", "scale_shift_table"),
        ("self_attn.o.", "attn1.to_out.0."),
        ("self_attn.norm_", "attn1.norm_"),
        ("self_attn.", "attn1.to_"),
        ("cross_attn.o.", "attn2.to_out.0."),
        ("cross_attn.norm_", "attn2.norm_"),
        ("cross_attn.", "attn2.to_"),
        ("norm3.", "norm2."),
        ("ffn.0.", "ffn.net.0.proj."),
        ("ffn.2.", "ffn.net.2."),
    ]

    /// Returns how a file with these names spells the original ones.
    static func spelling(of names: [String]) -> @Sendable (String) -> String {
        let isPrefixed = names.contains { $0.hasPrefix(prefix) }
        let isDiffusers = names.contains { $0.contains("condition_embedder.") }
        return { name in
            (isPrefixed ? prefix : "") + (isDiffusers ? inDiffusers(name) : name)
        }
    }

    /// Returns diffusers' name for an original one.
    public static func inDiffusers(_ name: String) -> String {
        renamed(name, diffusers, diffusersInBlock)
    }

    /// Returns the original name for diffusers'; one that is original already stays.
    public static func original(_ name: String) -> String {
        func turned(
            _ table: [(original: String, renamed: String)]
        ) -> [(original: String, renamed: String)] {
            table.map { (original: $0.renamed, renamed: $0.original) }
        }
        return renamed(name, turned(diffusers), turned(diffusersInBlock))
    }

    private static func renamed(
        _ name: String, _ outside: [(original: String, renamed: String)],
        _ inside: [(original: String, renamed: String)]
    ) -> String {
        let parts = name.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "blocks" else { return renamed(name, outside) }
        return "blocks.\(parts[1])." + renamed(String(parts[2]), inside)
    }

    private static func renamed(
        _ name: String, _ table: [(original: String, renamed: String)]
    ) -> String {
        for (original, new) in table where name.hasPrefix(original) {
            return new + name.dropFirst(original.count)
        }
        return name
    }
}
