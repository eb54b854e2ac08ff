// Condition keys, resolved once: which part of the daemon knows a key's value is settled when a policy is loaded, not
// when a question is asked.
//
// `aws:` keys that the daemon derives are GlobalConditionKey; a service module names its own by code. Every other key is
// known only if the sidecar attests it.

import PolicyLanguage

/// A condition key as a policy or a policy variable names it.
struct ConditionKey: BitwiseCopyable {
  enum Kind: BitwiseCopyable {
    case global(GlobalConditionKey)
    /// One of a service module's own keys, by the module's code.
    case service(code: UInt8)
    case attested
  }
  let fingerprint: UInt64
  /// Lower case (C-1).
  let text: BorrowedText
  let kind: Kind
  /// What follows the key's family: the tag key of `aws:PrincipalTag/team`, the pair's key of
  /// `kms:EncryptionContext:purpose`; empty for a key that is no family.
  let argument: BorrowedText

  /// - Parameter text: in lower case.
  init(_ text: BorrowedText) {
    self.text = text
    fingerprint = text.fingerprint
    if let (key, argument) = GlobalConditionKey.resolve(text) {
      kind = .global(key)
      self.argument = argument
    } else if let (code, argument) = ServiceModules.conditionKey(text) {
      kind = .service(code: code)
      self.argument = argument
    } else {
      kind = .attested
      argument = ""
    }
  }
}

/// What is known of a condition key's values in one request. A key that is not in the request has no values at all.
enum KeyValues: BitwiseCopyable {
  /// Not in the request context: E.2 decides.
  case absent
  case single(BorrowedText)
  /// One value that is a set; an empty one counts as absent for set operators and Null (E-12).
  case set(Run<BorrowedText>)
  /// Names that differ only in case stand for several values, and any of them may satisfy a condition.
  // UNDOCUMENTED: C-7
  case several(Run<BorrowedText>)
  /// The request has this parameter, but the question did not say its value: no condition on it may help the caller.
  case unknown

  /// The first of `values` or all of them, each a value of its own.
  init(candidates values: Run<BorrowedText>) {
    switch values.count {
    case 0: self = .absent
    case 1: self = .single(values[0])
    default: self = .several(values)
    }
  }

  init(_ value: BorrowedText?) {
    if let value { self = .single(value) } else { self = .absent }
  }
}
