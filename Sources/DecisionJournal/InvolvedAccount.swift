// Whose decision it is: each account that gets a record, once.
//
// The caller's account comes first, then the owner's, then owners of further legs (ReEncrypt over three accounts). A
// service principal has no account, so only owners are recorded. Where nothing was found, the account that the ARN
// names is the owner: a question about a foreign key is that account's business whether or not the key exists. A
// decision that concerns no account at all still gets one record, so that none is ever missing from the journal.

import Authorization
import PolicyLanguage

/// From where an account sees the decision.
enum Perspective: Sendable, Hashable {
  case caller
  case owner
  case both

  var name: StaticString {
    switch self {
    case .caller: "caller"
    case .owner: "owner"
    case .both: "both"
    }
  }
}

struct InvolvedAccount: Sendable, Hashable {
  var account: Text
  var perspective: Perspective

  static func all(of decision: Decision, principal: Text) -> [InvolvedAccount] {
    let caller = callerAccount(of: decision, principal: principal)
    var involved: [InvolvedAccount] = []
    involved.reserveCapacity(2)
    if !caller.isEmpty { involved.append(InvolvedAccount(account: caller, perspective: .caller)) }

    func add(owner account: Text) {
      guard !account.isEmpty else { return }
      if let known = involved.firstIndex(where: { $0.account == account }) {
        if involved[known].perspective == .caller { involved[known].perspective = .both }
      } else {
        involved.append(InvolvedAccount(account: account, perspective: .owner))
      }
    }
    add(owner: ownerAccount(of: decision))
    for leg in decision.legs { add(owner: ownerAccount(of: leg)) }

    if involved.isEmpty { involved.append(InvolvedAccount(account: "", perspective: .caller)) }
    return involved
  }

  /// Empty for a service principal.
  static func callerAccount(of decision: Decision, principal: Text) -> Text {
    decision.callerAccount.isEmpty ? accountNamed(by: principal) : decision.callerAccount
  }

  /// Empty where no resource is involved.
  static func ownerAccount(of decision: Decision) -> Text {
    decision.ownerAccount.isEmpty ? accountNamed(by: decision.resource) : decision.ownerAccount
  }

  static func ownerAccount(of leg: Leg) -> Text {
    leg.owner?.account ?? accountNamed(by: leg.resource)
  }

  /// The account in an ARN, if it is one: twelve digits.
  private static func accountNamed(by text: Text) -> Text {
    guard let account = ARN(text)?.account, account.count == 12,
      account.utf8.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 })
    else { return "" }
    return account
  }
}
