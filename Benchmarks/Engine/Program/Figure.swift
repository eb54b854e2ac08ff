// One figure in the form that Benchmarks/harness/figure.py describes.

import Glibc

struct Figure {
  let name: String
  let unit: String
  let rounds: [Double]

  init(_ name: String, _ unit: String, _ rounds: [Double]) {
    self.name = name
    self.unit = unit
    self.rounds = rounds
  }

  private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

  /// - Parameter yardstick: of the same rounds.
  func report(beside yardstick: Figure? = nil, target: (comparison: String, bound: Double)? = nil) {
    let median = Self.median(rounds)
    var members = [
      "\"figure\": \"\(name)\"", "\"unit\": \"\(unit)\"", "\"median\": \(Self.text(median))",
      "\"spread\": [\(Self.text(rounds.min() ?? 0)), \(Self.text(rounds.max() ?? 0))]", "\"rounds\": \(rounds.count)",
      "\"yardstick\": \(yardstick.map { "\"\($0.name)\"" } ?? "null")",
    ]
    var line = "\(name): \(Self.text(median)) \(unit)"
    var judged = median
    if let yardstick {
      judged = Self.median(zip(rounds, yardstick.rounds).map { $0 / $1 })
      members.append("\"yardstick_median\": \(Self.text(Self.median(yardstick.rounds)))")
      members.append("\"ratio\": \(Self.text(judged))")
      line += ", \(Self.text(judged)) x \(yardstick.name)"
    }
    if let (comparison, bound) = target {
      let isMet = comparison == "<=" ? judged <= bound : judged == bound
      members.append("\"target\": \"\(comparison) \(Self.text(bound))\"")
      members.append("\"met\": \(isMet)")
      line += ", target \(comparison) \(Self.text(bound)): \(isMet ? "met" : "NOT met")"
    }
    tell(line + "\n")
    print("{" + members.joined(separator: ", ") + "}")
  }

  /// Three digits behind the point are more than these machines know.
  private static func text(_ value: Double) -> String {
    let thousandths = Int((value * 1_000).rounded())
    let fraction = String(thousandths % 1_000 + 1_000).dropFirst()
    return thousandths % 1_000 == 0 ? "\(thousandths / 1_000)" : "\(thousandths / 1_000).\(fraction)"
  }
}

/// For people: a line on standard error.
func tell(_ line: String) {
  let bytes = Array(line.utf8)
  _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
}
