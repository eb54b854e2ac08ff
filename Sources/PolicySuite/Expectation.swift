// What a case expects: only the members that its author wrote are compared.

import PolicyLanguage

/// The `expect` member of a case.
public struct Expectation: Sendable {
  /// The members that an expectation may hold, in the order in which a result shows them.
  public enum Member: String, Sendable, CaseIterable {
    case decision
    case denial
    case reason
    case error
    case keyARN = "keyArn"
  }

  /// Nil as a value: the answer must have no such member (`"denial": null`).
  public var members: [Member: Text?]

  public init(_ members: [Member: Text?] = [:]) { self.members = members }

  /// What may be expected of `member`; nil where any text may.
  static func vocabulary(of member: Member) -> [Text]? {
    switch member {
    case .decision: ["ALLOW", "DENY"]
    case .denial: ["EXPLICIT", "IMPLICIT"]
    case .reason: ContractName.reasons
    case .error: ContractName.errors
    case .keyARN: nil
    }
  }
}

/// One member of an answer that is not what its case expects.
public struct Mismatch: Sendable, Hashable {
  public var member: Expectation.Member
  public var expected: Text?
  public var found: Text?
}

extension Mismatch: CustomStringConvertible {
  public var description: String {
    func quoted(_ text: Text?) -> String { text.map { "`\($0)`" } ?? "none" }
    return "expected \(member.rawValue) \(quoted(expected)), found \(quoted(found))"
  }
}
