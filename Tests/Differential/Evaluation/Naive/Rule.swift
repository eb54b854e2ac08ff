// Which rules the naive evaluator has reached: each place where it applies one says so by its id.

/// The rules of KMS authorization that a question can reach, by their ids.
public enum Rule: Int, CaseIterable, Sendable {
  case a1, a2, a3, a4, a5, a13, a15, a17, a20, a21, a22, a24, a36
  case b1, b2, b4, b6, b7, b9, b10, b11, b12, b13, b14, b15, b16, b19, b20, b22, b24, b28, b29, b30, b31, b32, b33,
    b34, b35, b38
  case c1, c2, c3, c4, c6, c7, c9, c12, c13, c14, c18, c19
  case d2, d9, d13, d14, d19, d20, d21, d22, d23, d24, d25, d26, d27, d28, d29, d30, d31, d34, d35, d36, d37, d38,
    d39, d41, d42, d43, d44, d45, d46, d50, d51, d52, d53, d54, d55, d56, d57, d58, d59
  case e1, e2, e3, e4, e5, e7, e8, e10, e11, e12, e13, e14, e15, e16, e17, e18, e19, e20, e21, e22, e23
  case f1, f2, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13, f14, f15, f17, f18, f19, f20, f21, f22, f23, f24, f25,
    f27, f29, f30, f31, f32, f33, f34, f35, f36, f37, f38, f39, f40, f41, f42, f43, f44, f45, f46, f47, f48, f49,
    f50, f51, f52, f53, f54, f55, f57, f58, f59, f60, f64
  /// What CONTRACTS says beside the rules.
  case otherService, assumeRole, unknownPrincipal, keyNotFound

  /// As the rules are numbered: `F-12`.
  public var id: String {
    switch self {
    case .otherService: return "Contract 2 other services"
    case .assumeRole: return "Contract 2 sts:AssumeRole"
    case .unknownPrincipal: return "Contract 2 UNKNOWN_PRINCIPAL"
    case .keyNotFound: return "Contract 2 KEY_NOT_FOUND"
    default:
      let name = "\(self)"
      return name.prefix(1).uppercased() + "-" + name.dropFirst()
    }
  }
}

/// How often each rule was reached.
public struct RuleCounts: Sendable {
  private var counts = [Int](repeating: 0, count: Rule.allCases.count)

  public init() {}

  public subscript(_ rule: Rule) -> Int { counts[rule.rawValue] }

  mutating func hit(_ rule: Rule) { counts[rule.rawValue] += 1 }

  public mutating func add(_ other: RuleCounts) {
    for place in counts.indices { counts[place] += other.counts[place] }
  }
}

/// Written to by all parts of one evaluator.
final class RuleRecorder {
  var counts = RuleCounts()
  func hit(_ rules: Rule...) { for rule in rules { counts.hit(rule) } }
}
