// To whom an explanation is told: an account may be answered without being shown another's policies.
//
// With one side told, nothing of the other's files, statements and grants is in the explanation, and no value that only
// the other side knows: tags and organization of the principal, tags and properties of the key. The decision, its reason
// and the ARN of the key are told to both, as the journal tells them to both.

import PolicyLanguage

public struct Disclosure: Sendable, Hashable {
  public enum Side: Sendable, Hashable, CaseIterable {
    case owner
    case caller
    case both
  }
  public var side: Side
  /// Where given, only sides of this account are told: an operation of several legs can have several owners.
  public var account: Text

  public init(side: Side = .both, account: Text = "") {
    self.side = side
    self.account = account
  }

  func tellsOwner(_ owner: Text?) -> Bool { side != .caller && isTold(owner) }

  func tellsCaller(_ caller: Text) -> Bool { side != .owner && isTold(caller) }

  private func isTold(_ account: Text?) -> Bool { self.account.isEmpty || self.account == account }
}
