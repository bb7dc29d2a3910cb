extension Round.Launch: Tabled {
    static let table = Table(
        Round.Launch(),
        [
            Row("type", \.type, .choice, "What starts the training.", example: "torchrun"),
            Row("nodes", \.nodes, .integer(1...10_000), "How many nodes.", example: "2"),
            Row(
                "gpus_per_node", \.gpusPerNode, .integer(0...64), "How many GPUs on each node.",
                example: "8"),
            Row(
                "command", \.command, .list(of: .commandWord),
                "The program and its arguments; ${config}, ${output}, ${resume} and "
                    + "${pairs.FORMAT} are put in when it starts.",
                example: #"[train.py, "${config}", --data-path, "${pairs.javisdit-csv}"]"#),
        ]
    ) { launch, field in
        if launch.type == .swift, !launch.command.isEmpty {
            field.child("command")?.report(
                "is for other launchers; the type swift is the built-in trainer and has none")
        } else if launch.type != .swift, launch.command.isEmpty, field.node["command"] == nil {
            field.problems.report(
                field.node.place, field.path(of: "command"),
                "is missing; the type \(launch.type.rawValue) needs a program to start")
        }
    }
}

extension Codec where Value == String {
    /// A word of a command, in which some `${…}` are put in when it starts.
    static var commandWord: Codec {
        Codec(
            form: .text(.any), read: { $0.text() },
            write: { word in
                let isPutIn = Round.Launch.placeholders.contains { word == "${\($0)}" }
                return isPutIn ? DocumentNode(.scalar(word, isPlain: false)) : .text(word)
            })
    }
}

extension Round.Gate: Tabled {
    static let table = Table(
        Round.Gate(metric: ""),
        [
            Row(
                "metric", \.metric, .name, "The measurement, such as eval/win_rate.",
                example: "eval/frechet_video", required: true),
            Row(
                "test", \.test, .choice, "The bound of it that is compared.",
                example: "wilson_lower", absence: "the value itself"),
            Row(
                "min", \.min, .number(.any), "The least it may be.", example: "0.5",
                absence: "any"),
            Row(
                "max", \.max, .number(.any), "The most it may be.", example: "0.95",
                absence: "any"),
            Row(
                "max_regression", \.maxRegression, .percentage,
                "How much worse than the adapter it started from it may be.", example: "2%",
                absence: "any"),
        ]
    ) { gate, field in
        let bounds = ["min", "max", "max_regression"]
        if bounds.allSatisfy({ field.node[$0] == nil }) {
            field.report("has no bound; add min, max or max_regression")
        }
        if let least = gate.min, let most = gate.max, least > most {
            field.child("max")?.report("is below min; nothing can pass")
        }
    }
}

extension Round.Track: Tabled {
    static let table = Table(
        Round.Track(mlflow: ""),
        [
            Row(
                "mlflow", \.mlflow,
                .text(
                    .init(
                        words: "an address that begins with http:// or https://",
                        pattern: "^https?://"),
                    check: { text, field in
                        if text.hasPrefix("http://") || text.hasPrefix("https://") { return true }
                        field.report(
                            "expected an address that begins with http:// or https://, "
                                + "found \(field.node.form)")
                        return false
                    }),
                "The address of an MLflow server.", example: "http://mlflow:5000", required: true),
            Row(
                "experiment", \.experiment, .text, "The experiment there.", example: "avdpo",
                absence: "the round's name"),
        ])
}
