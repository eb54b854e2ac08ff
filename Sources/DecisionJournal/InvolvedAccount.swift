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
  var account: BorrowedText
  var perspective: Perspective

  @inline(__always) static func forEach(
    of decision: UnsafePointer<DecisionView>, principal: BorrowedText, _ body: (InvolvedAccount) -> Void
  ) {
    let legs = decision.pointee.legs
    let caller = callerAccount(of: decision, principal: principal)
    let owner = ownerAccount(of: decision)
    let isAlsoOwner = owner == caller || legs.first { ownerAccount(of: $0) == caller } != nil
    if !caller.isEmpty { body(InvolvedAccount(account: caller, perspective: isAlsoOwner ? .both : .caller)) }
    var isNobody = caller.isEmpty
    if !owner.isEmpty {
      if owner != caller { body(InvolvedAccount(account: owner, perspective: .owner)) }
      isNobody = false
    }
    for place in 0..<legs.count {
      let account = ownerAccount(of: legs.pointer(at: place))
      guard !account.isEmpty else { continue }
      isNobody = false
      if account == caller || account == owner { continue }
      if (0..<place).contains(where: { ownerAccount(of: legs.pointer(at: $0)) == account }) { continue }
      body(InvolvedAccount(account: account, perspective: .owner))
    }
    if isNobody { body(InvolvedAccount(account: "", perspective: .caller)) }
  }

  static func count(of decision: UnsafePointer<DecisionView>, principal: BorrowedText) -> Int {
    var count = 0
    forEach(of: decision, principal: principal) { _ in count += 1 }
    return count
  }

  /// Empty for a service principal.
  static func callerAccount(of decision: UnsafePointer<DecisionView>, principal: BorrowedText) -> BorrowedText {
    decision.pointee.callerAccount.isEmpty ? accountNamed(by: principal) : decision.pointee.callerAccount
  }

  /// Empty where no resource is involved.
  static func ownerAccount(of decision: UnsafePointer<DecisionView>) -> BorrowedText {
    decision.pointee.ownerAccount.isEmpty ? accountNamed(by: decision.pointee.resource) : decision.pointee.ownerAccount
  }

  static func ownerAccount(of leg: UnsafePointer<LegResult>) -> BorrowedText {
    leg.pointee.owner?.account ?? accountNamed(by: leg.pointee.resource)
  }

  /// The account in an ARN, if it is one: twelve digits.
  private static func accountNamed(by text: BorrowedText) -> BorrowedText {
    guard let account = ARN(Text(text, keptBy: nil))?.account, account.count == 12,
      account.utf8.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 })
    else { return "" }
    return BorrowedText(account)
  }
}
