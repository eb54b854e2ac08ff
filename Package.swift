// swift-tools-version: 6.2
// Countersign: the modules, in the order in which they may know each other. A target depends only on targets above it.
import PackageDescription

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.byName(name: name)] + dependencies, swiftSettings: strict)
}

let nio: [Target.Dependency] = [
  .product(name: "NIOCore", package: "swift-nio"),
  .product(name: "NIOPosix", package: "swift-nio"),
]
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "countersign",
  products: [
    .executable(name: "countersignd", targets: ["countersignd"]),
    .executable(name: "countersign", targets: ["countersign"]),
    .executable(name: "countersign-fuzz", targets: ["countersign-fuzz"]),
    .library(name: "CountersignClient", targets: ["CountersignClient"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    .systemLibrary(
      name: "CProtobufC", pkgConfig: "libprotobuf-c", providers: [.apt(["libprotobuf-c-dev"])]),
    .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
    .systemLibrary(
      name: "CNGHTTP2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),
    .systemLibrary(name: "CLinux"),
    .target(name: "CCountersign", dependencies: ["CProtobufC"]),

    module("PolicyLanguage"),
    module("PolicyDirectory", ["CLinux", "PolicyLanguage"]),
    module("Authorization", ["CLinux", "PolicyLanguage", "PolicyDirectory"]),
    module("PolicySuite", ["PolicyLanguage", "PolicyDirectory", "Authorization"]),
    module("DecisionJournal", ["CCountersign", "CSystemd", "PolicyLanguage", "Authorization"]),
    module("RemoteProcedureCall", ["CCountersign", "CNGHTTP2"] + nio),
    module(
      "AuthorizationService",
      [
        "CCountersign", "CLinux", "PolicyLanguage", "PolicyDirectory", "Authorization", "DecisionJournal",
        "RemoteProcedureCall",
      ]
        + nio),
    module("CountersignClient", ["CCountersign", "CNGHTTP2", "RemoteProcedureCall"] + nio),
    .executableTarget(
      name: "countersignd",
      dependencies: [
        "CLinux", "CSystemd", "PolicyLanguage", "PolicyDirectory", "Authorization", "DecisionJournal",
        "RemoteProcedureCall", "AuthorizationService", arguments,
      ] + nio, swiftSettings: strict),
    .executableTarget(
      name: "countersign",
      dependencies: [
        "PolicyLanguage", "PolicyDirectory", "Authorization", "PolicySuite", "DecisionJournal", "CountersignClient",
        arguments,
      ], swiftSettings: strict),

    // Nothing below `Benchmarks` is installed; the test of the corpus is the only one that needs some of it.
    .target(name: "BenchmarkCorpus", path: "Benchmarks/Corpus/Generation", swiftSettings: strict),
    .executableTarget(
      name: "countersign-corpus", dependencies: ["BenchmarkCorpus", arguments], path: "Benchmarks/Corpus/Program",
      swiftSettings: strict),
    .target(name: "AllocationCount", path: "Benchmarks/Engine/AllocationCount"),
    .executableTarget(
      name: "engine-benchmark",
      dependencies: ["AllocationCount", "BenchmarkCorpus", "PolicyLanguage", "PolicyDirectory", "Authorization"],
      path: "Benchmarks/Engine/Program", swiftSettings: strict),
    .executableTarget(name: "countersign-load", dependencies: ["CNGHTTP2"], path: "Benchmarks/LoadGenerator"),
    .executableTarget(
      name: "constant-answer", dependencies: ["RemoteProcedureCall"] + nio, path: "Benchmarks/ConstantAnswer",
      swiftSettings: strict),
    .executableTarget(
      name: "journal-hand-over", dependencies: ["PolicyLanguage", "Authorization", "DecisionJournal"],
      path: "Benchmarks/Journal/HandOver", swiftSettings: strict),

    // The second, naive evaluator and the generator of what both are asked: tests and `make fuzz` only.
    .target(
      name: "DifferentialEvaluation", dependencies: ["PolicyLanguage", "PolicyDirectory", "Authorization"],
      path: "Tests/Differential/Evaluation", swiftSettings: strict),
    .executableTarget(
      name: "countersign-fuzz", dependencies: ["DifferentialEvaluation", arguments], path: "Tests/Differential/Fuzz",
      swiftSettings: strict),

    // What `make threshold-test` counts.
    .executableTarget(
      name: "threshold-count", dependencies: ["BenchmarkCorpus", "PolicyLanguage", "PolicyDirectory", "Authorization"],
      path: "Tests/Thresholds/Count", swiftSettings: strict),

    tests("PolicyLanguage"),
    tests("PolicyDirectory", ["PolicyLanguage"]),
    tests("Authorization", ["PolicyLanguage", "PolicyDirectory", "PolicySuite"]),
    tests("PolicySuite", ["PolicyLanguage", "PolicyDirectory", "Authorization"]),
    tests("DecisionJournal", ["PolicyLanguage", "Authorization"]),
    tests("RemoteProcedureCall", ["CNGHTTP2", nioEmbedded] + nio),
    tests(
      "AuthorizationService",
      ["CCountersign", "CProtobufC", "PolicyLanguage", "Authorization", "RemoteProcedureCall"] + nio),
    .testTarget(
      name: "DifferentialEvaluationTests", dependencies: ["DifferentialEvaluation"],
      path: "Tests/Differential/EvaluationTests", swiftSettings: strict),
    tests("BenchmarkCorpus", ["CCountersign", "PolicyLanguage", "PolicyDirectory", "Authorization", "PolicySuite"]),
    tests("CountersignClient", ["CCountersign", "RemoteProcedureCall"] + nio),
    tests("countersign", ["PolicyLanguage", "Authorization", "DecisionJournal", "PolicySuite", "CountersignClient"]),
  ],
  swiftLanguageModes: [.v6]
)
