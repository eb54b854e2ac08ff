// Which rules the naive evaluator has reached: each place where it applies one says so by its id.

/// The rules of KMS authorization that a question can reach, by their ids.
public enum Rule: String, CaseIterable, Sendable {
  case a1 = "A-1", a2 = "A-2", a3 = "A-3", a4 = "A-4", a5 = "A-5", a13 = "A-13", a15 = "A-15", a17 = "A-17",
    a20 = "A-20", a21 = "A-21", a22 = "A-22", a24 = "A-24", a36 = "A-36"
  case b1 = "B-1", b2 = "B-2", b4 = "B-4", b6 = "B-6", b7 = "B-7", b9 = "B-9", b10 = "B-10", b11 = "B-11",
    b12 = "B-12", b13 = "B-13", b14 = "B-14", b15 = "B-15", b16 = "B-16", b19 = "B-19", b20 = "B-20", b22 = "B-22",
    b24 = "B-24", b28 = "B-28", b29 = "B-29", b30 = "B-30", b31 = "B-31", b32 = "B-32", b33 = "B-33", b34 = "B-34",
    b35 = "B-35", b38 = "B-38"
  case c1 = "C-1", c2 = "C-2", c3 = "C-3", c4 = "C-4", c6 = "C-6", c7 = "C-7", c9 = "C-9", c12 = "C-12",
    c13 = "C-13", c14 = "C-14", c18 = "C-18", c19 = "C-19"
  case d2 = "D-2", d9 = "D-9", d13 = "D-13", d14 = "D-14", d19 = "D-19", d20 = "D-20", d21 = "D-21", d22 = "D-22",
    d23 = "D-23", d24 = "D-24", d25 = "D-25", d26 = "D-26", d27 = "D-27", d28 = "D-28", d29 = "D-29", d30 = "D-30",
    d31 = "D-31", d34 = "D-34", d35 = "D-35", d36 = "D-36", d37 = "D-37", d38 = "D-38", d39 = "D-39", d41 = "D-41",
    d42 = "D-42", d43 = "D-43", d44 = "D-44", d45 = "D-45", d46 = "D-46", d50 = "D-50", d51 = "D-51", d52 = "D-52",
    d53 = "D-53", d54 = "D-54", d55 = "D-55", d56 = "D-56", d57 = "D-57", d58 = "D-58", d59 = "D-59"
  case e1 = "E-1", e2 = "E-2", e3 = "E-3", e4 = "E-4", e5 = "E-5", e7 = "E-7", e8 = "E-8", e10 = "E-10",
    e11 = "E-11", e12 = "E-12", e13 = "E-13", e14 = "E-14", e15 = "E-15", e16 = "E-16", e17 = "E-17", e18 = "E-18",
    e19 = "E-19", e20 = "E-20", e21 = "E-21", e22 = "E-22", e23 = "E-23"
  case f1 = "F-1", f2 = "F-2", f4 = "F-4", f5 = "F-5", f6 = "F-6", f7 = "F-7", f8 = "F-8", f9 = "F-9", f10 = "F-10",
    f11 = "F-11", f12 = "F-12", f13 = "F-13", f14 = "F-14", f15 = "F-15", f17 = "F-17", f18 = "F-18", f19 = "F-19",
    f20 = "F-20", f21 = "F-21", f22 = "F-22", f23 = "F-23", f24 = "F-24", f25 = "F-25", f27 = "F-27", f29 = "F-29",
    f30 = "F-30", f31 = "F-31", f32 = "F-32", f33 = "F-33", f34 = "F-34", f35 = "F-35", f36 = "F-36", f37 = "F-37",
    f38 = "F-38", f39 = "F-39", f40 = "F-40", f41 = "F-41", f42 = "F-42", f43 = "F-43", f44 = "F-44", f45 = "F-45",
    f46 = "F-46", f47 = "F-47", f48 = "F-48", f49 = "F-49", f50 = "F-50", f51 = "F-51", f52 = "F-52", f53 = "F-53",
    f54 = "F-54", f55 = "F-55", f57 = "F-57", f58 = "F-58", f59 = "F-59", f60 = "F-60", f64 = "F-64"
  /// Other services, which have no rules of their own.
  case otherService = "Contract 2 other services", assumeRole = "Contract 2 sts:AssumeRole",
    unknownPrincipal = "Contract 2 UNKNOWN_PRINCIPAL", keyNotFound = "Contract 2 KEY_NOT_FOUND"
}

/// How often each rule was reached.
public struct RuleCounts: Sendable {
  private var counts = [Int](repeating: 0, count: Rule.allCases.count)
  private static let places: [Rule: Int] = Dictionary(
    uniqueKeysWithValues: Rule.allCases.enumerated().map { ($1, $0) })

  public init() {}

  public subscript(_ rule: Rule) -> Int { counts[Self.places[rule, default: 0]] }

  mutating func hit(_ rule: Rule) { counts[Self.places[rule, default: 0]] += 1 }

  public mutating func add(_ other: RuleCounts) {
    for place in counts.indices { counts[place] += other.counts[place] }
  }
}

/// Written to by all parts of one evaluator.
final class RuleRecorder {
  var counts = RuleCounts()
  func hit(_ rules: Rule...) { for rule in rules { counts.hit(rule) } }
}
