// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target is compiled under the same rules; a warning is an error.
let rules: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

/// The pure core runs millions of steps in simulation, so it is optimised in debug builds too.
let optimised = rules + [.unsafeFlags(["-O"], .when(configuration: .debug))]

/// Targets that touch C handles mark each unsafe step, so that it can be found.
let marked = rules + [.strictMemorySafety()]

/// Numerics over pointers: optimised in debug builds too, or tests would take minutes.
let markedOptimised = optimised + [.strictMemorySafety()]

let argumentParser = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "duet",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // C: system libraries are module maps only; CLinux is the little C that Swift cannot say.
        .systemLibrary(name: "CZeroMQ", pkgConfig: "libzmq", providers: [.apt(["libzmq3-dev"])]),
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(
            name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(
            name: "CSndFile", pkgConfig: "sndfile", providers: [.apt(["libsndfile1-dev"])]),
        .systemLibrary(
            name: "CFFmpeg", pkgConfig: "libavformat libavcodec libswscale libavutil",
            providers: [
                .apt(["libavformat-dev", "libavcodec-dev", "libswscale-dev", "libavutil-dev"])
            ]),
        .target(name: "CLinux", cSettings: [.unsafeFlags(["-O2"])]),
        // Our inner loops, compiled once per instruction set and chosen at run time. Products and
        // sums may become one instruction, as they do in every BLAS.
        .target(name: "CKernels", cSettings: [.unsafeFlags(["-O3", "-ffp-contract=fast"])]),

        // What every sentence to a person needs; pure.
        .target(name: "Words", swiftSettings: rules),

        // Wrappers: own the handles, know no domain words.
        .target(name: "ZeroMQ", dependencies: ["CZeroMQ"], swiftSettings: marked),
        .target(name: "Postgres", dependencies: ["CPostgres"], swiftSettings: marked),
        .target(name: "Linux", dependencies: ["CLinux"], swiftSettings: marked),
        .target(name: "Console", dependencies: ["Words"], swiftSettings: marked),
        .target(
            name: "Tensors", dependencies: ["CKernels", "COpenBLAS"],
            swiftSettings: markedOptimised),
        .target(
            name: "Media", dependencies: ["CFFmpeg", "CSndFile"],
            swiftSettings: markedOptimised),

        // Domain: pure values, no I/O but the reading of campaign files.
        .target(name: "Filters", dependencies: ["Words"], swiftSettings: rules),
        .target(name: "Campaigns", dependencies: ["Words", yams, crypto], swiftSettings: rules),
        .target(name: "Preferences", swiftSettings: optimised),
        // Whether a new policy is better: comparisons, distances, gates, and their pictures.
        .target(
            name: "Evaluations", dependencies: ["Campaigns", "Preferences", "Tensors", "Words"],
            swiftSettings: optimised),
        .target(name: "Scheduling", dependencies: [deque, heap], swiftSettings: optimised),
        .target(name: "Wire", dependencies: ["Scheduling", protobuf], swiftSettings: rules),

        // What follows from pairs: which round does what next, decided from what is durable.
        .target(
            name: "Rounds",
            dependencies: ["Campaigns", "Evaluations", "Preferences", "Scheduling", "Wire"],
            swiftSettings: rules),

        // Files by content; latents and models are named as artifacts are.
        .target(name: "Artifacts", dependencies: ["Linux", crypto], swiftSettings: rules),

        // Numerics: pure given tensors; one file per layer family, per network, per solver.
        .target(name: "Layers", dependencies: ["Tensors"], swiftSettings: optimised),
        .target(name: "Models", dependencies: ["Layers", "Tensors"], swiftSettings: optimised),
        .target(name: "Samplers", dependencies: ["Tensors"], swiftSettings: optimised),
        .target(
            name: "Generation",
            dependencies: [
                "Artifacts", "Layers", "Media", "Models", "Samplers", "Tensors", crypto,
            ],
            swiftSettings: optimised),
        .target(
            name: "Rewards", dependencies: ["Layers", "Media", "Models", "Tensors"],
            swiftSettings: optimised),
        .target(
            name: "Training",
            dependencies: [
                "Artifacts", "Campaigns", "Generation", "Layers", "Linux", "Media", "Models",
                "Samplers", "Tensors", crypto,
            ],
            swiftSettings: optimised),
        // Worlds that can be simulated: ground truth without a data set, and rewards that know it.
        .target(
            name: "Worlds",
            dependencies: [
                "Campaigns", "Console", "Generation", "Layers", "Media", "Models", "Preferences",
                "Rewards", "Samplers", "Tensors", "Training",
            ],
            swiftSettings: optimised),

        // Services: thin shells around the domain.
        .target(
            name: "Schema", path: "Schema", exclude: ["wire"],
            resources: [.embedInCode("migrations")], swiftSettings: rules),
        .target(name: "LocalPostgres", dependencies: ["Postgres"], swiftSettings: marked),
        .target(name: "EngineHost", dependencies: ["Linux"], swiftSettings: rules),
        .target(
            name: "Store",
            dependencies: [
                "Campaigns", "Filters", "Postgres", "Preferences", "Rounds", "Scheduling", "Schema",
            ],
            swiftSettings: rules),
        .target(
            name: "Datasets", dependencies: ["Artifacts", "Linux", crypto], swiftSettings: rules),
        // What a tracking server is told of rounds.
        .target(
            name: "Tracking", dependencies: ["Campaigns", "Evaluations", "Linux", "Rounds"],
            swiftSettings: rules),
        .target(
            name: "Engines",
            dependencies: [
                "Artifacts", "Campaigns", "Datasets", "EngineHost", "Evaluations", "Generation",
                "Linux", "Media", "Models", "Rewards", "Samplers", "Tensors", "Training", "Worlds",
            ],
            swiftSettings: rules),
        .target(
            name: "Coordinator",
            dependencies: [
                "Artifacts", "Campaigns", "Evaluations", "Filters", "Linux", "Models",
                "Preferences", "Rounds", "Scheduling", "Schema", "Store", "Tracking", "Training",
                "Wire", "Words", "ZeroMQ", logging,
            ],
            swiftSettings: rules),
        .target(
            name: "Worker",
            dependencies: [
                "Artifacts", "EngineHost", "Linux", "Scheduling", "Wire", "ZeroMQ", logging,
            ],
            swiftSettings: rules),

        // The one binary.
        .executableTarget(
            name: "duet",
            dependencies: [
                "Artifacts", "Campaigns", "Console", "Coordinator", "Datasets", "Engines",
                "Evaluations", "Filters", "Generation", "Linux", "LocalPostgres", "Media", "Models",
                "Postgres", "Rewards", "Rounds", "Samplers", "Scheduling", "Schema", "Store",
                "Tensors", "Training", "Wire", "Words", "Worker", "Worlds",
                "ZeroMQ",
                argumentParser, logging,
            ],
            swiftSettings: rules),

        // The simulated world, and the tool that runs it over many seeds.
        .target(
            name: "Simulation", dependencies: ["Scheduling", deque, heap, "Preferences"],
            path: "Tests/Simulation",
            swiftSettings: optimised),
        .executableTarget(
            name: "simulate", dependencies: ["Simulation"], path: "Tests/Simulate",
            swiftSettings: rules),

        // Pairs made of nothing, and the program that exports them for tests and measurements.
        .target(
            name: "SamplePairs", dependencies: ["Datasets", crypto, "Preferences"],
            path: "Tests/SamplePairs",
            swiftSettings: rules),
        .executableTarget(
            name: "export-pairs", dependencies: ["Datasets", "Linux", "SamplePairs"],
            path: "Tests/ExportPairs", swiftSettings: rules),

        .target(
            name: "TemporaryFolders", dependencies: ["Linux"], path: "Tests/TemporaryFolders",
            swiftSettings: rules),
        // Small models with random weights, for the tests of what runs models.
        .target(
            name: "ToyModels",
            dependencies: ["Generation", "Media", "Models", "Samplers", "Tensors"],
            path: "Tests/ToyModels", swiftSettings: rules),
        // The kernels and blocks that deploy/bench/sampler.py measures beside PyTorch's.
        .executableTarget(
            name: "sampler-bench",
            dependencies: ["Generation", "Models", "Layers", "Samplers", "Tensors"],
            path: "Tests/SamplerBench", swiftSettings: rules),

        // The training steps that deploy/bench/training.py measures beside PyTorch's.
        .executableTarget(
            name: "training-bench",
            dependencies: ["Campaigns", "Layers", "Models", "Samplers", "Tensors", "Training"],
            path: "Tests/TrainingBench", swiftSettings: rules),

        // Numbers made by reference implementations, read by the tests of the numerics.
        .target(
            name: "Golden", dependencies: ["Models", "Tensors"], path: "Tests/Golden",
            swiftSettings: rules),

        // Tests: the same names and `Tests`; those of services talk to real servers.
        .testTarget(name: "ZeroMQTests", dependencies: ["ZeroMQ"], swiftSettings: rules),
        .testTarget(
            name: "PostgresTests", dependencies: ["Postgres", "LocalPostgres"],
            swiftSettings: rules),
        .testTarget(
            name: "LocalPostgresTests",
            dependencies: ["LocalPostgres", "Postgres", "TemporaryFolders"],
            swiftSettings: rules),
        .testTarget(
            name: "TensorsTests", dependencies: ["Tensors", "Golden", "Preferences"],
            swiftSettings: optimised),
        .testTarget(
            name: "ModelsTests",
            dependencies: [
                "Models", "Layers", "Samplers", "TemporaryFolders", "Tensors", "Golden",
            ],
            swiftSettings: rules),
        .testTarget(
            name: "GenerationTests",
            dependencies: [
                "Generation", "Media", "Models", "Samplers", "TemporaryFolders", "Tensors",
                "ToyModels",
            ],
            swiftSettings: rules),
        .testTarget(
            name: "EnginesTests",
            dependencies: [
                "Artifacts", "EngineHost", "Engines", "Evaluations", "Generation", "Media",
                "Models", "Rewards", "Samplers", "TemporaryFolders", "Tensors", "ToyModels",
                "Training", "Worlds",
            ],
            swiftSettings: rules),
        .testTarget(
            name: "RewardsTests",
            dependencies: ["Golden", "Media", "Rewards", "Tensors", "Preferences"],
            swiftSettings: rules),
        .testTarget(
            name: "TrainingTests",
            dependencies: [
                "Artifacts", "Campaigns", "Generation", "Golden", "Layers", "Media", "Models",
                "Samplers", "TemporaryFolders", "Tensors", "Training",
            ],
            swiftSettings: optimised),
        .testTarget(
            name: "WorldsTests",
            dependencies: [
                "Campaigns", "Generation", "Linux", "Media", "Rewards", "Tensors",
                "TemporaryFolders", "ToyModels", "Worlds",
            ], swiftSettings: rules),
        .testTarget(
            name: "SamplersTests", dependencies: ["Samplers", "Tensors", "Golden"],
            swiftSettings: rules),
        .testTarget(
            name: "MediaTests",
            dependencies: [
                "CFFmpeg", "Golden", "Linux", "Media", "TemporaryFolders", "Tensors", "Preferences",
            ],
            exclude: ["Fixtures", "make_media_fixtures.py"], swiftSettings: rules),
        .testTarget(
            name: "LinuxTests", dependencies: ["Linux", "TemporaryFolders"], swiftSettings: rules),
        .testTarget(
            name: "EngineHostTests", dependencies: ["EngineHost", "Linux", "TemporaryFolders"],
            swiftSettings: rules),
        .testTarget(name: "WordsTests", dependencies: ["Words"], swiftSettings: rules),
        .testTarget(name: "ConsoleTests", dependencies: ["Console", yams], swiftSettings: rules),
        .testTarget(name: "FiltersTests", dependencies: ["Filters"], swiftSettings: rules),
        .testTarget(
            name: "CampaignsTests", dependencies: ["Campaigns", "Preferences"],
            exclude: ["Broken", "Good", "Snapshots"], swiftSettings: rules),
        .testTarget(
            name: "PreferencesTests", dependencies: ["Preferences"], exclude: ["Fixtures"],
            swiftSettings: rules),
        .testTarget(
            name: "RoundsTests", dependencies: ["Campaigns", "Rounds", "Scheduling", "Wire"],
            swiftSettings: rules),
        .testTarget(
            name: "EvaluationsTests",
            dependencies: ["Campaigns", "Evaluations", "Preferences", "Tensors"],
            exclude: ["Fixtures"], swiftSettings: rules),
        .testTarget(
            name: "SchedulingTests", dependencies: ["Scheduling"], swiftSettings: rules),
        .testTarget(
            name: "SimulationTests", dependencies: ["Simulation", "Scheduling"],
            swiftSettings: rules),
        .testTarget(
            name: "WireTests", dependencies: ["Wire", "Scheduling", "Preferences"],
            swiftSettings: rules),
        .testTarget(
            name: "StoreTests",
            dependencies: [
                "Store", "Schema", "Campaigns", "Filters", "Scheduling", "Postgres",
                "LocalPostgres",
                "Preferences", "Simulation",
            ],
            swiftSettings: rules),
        .testTarget(
            name: "WorkerTests",
            dependencies: [
                "Worker", "Artifacts", "Linux", "Scheduling", "TemporaryFolders", "Wire",
            ],
            swiftSettings: rules),
        .testTarget(
            name: "CoordinatorTests",
            dependencies: ["Artifacts", "Coordinator", "Scheduling", "TemporaryFolders"],
            swiftSettings: rules),
        .testTarget(
            name: "DatasetsTests",
            dependencies: ["Datasets", "Linux", "SamplePairs", "TemporaryFolders", "export-pairs"],
            exclude: ["open_export.py"], swiftSettings: rules),
        .testTarget(
            name: "TrackingTests", dependencies: ["Campaigns", "Rounds", "Tracking"],
            swiftSettings: rules),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "Linux", "Postgres", "Scheduling", "ToyModels", "Wire", "ZeroMQ", "duet", yams,
                "Preferences",
            ],
            swiftSettings: rules),
        .testTarget(
            name: "DuetTests",
            dependencies: ["Campaigns", "Console", "Evaluations", "Preferences", "Wire", "duet"],
            exclude: ["Help"],
            swiftSettings: rules),
        .testTarget(name: "TidyTests", dependencies: ["Campaigns"], swiftSettings: rules),
    ],
    swiftLanguageModes: [.v6]
)
