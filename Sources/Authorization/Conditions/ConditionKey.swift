// Condition keys, resolved once: which part of the daemon knows a key's value is settled when a policy is loaded, not
// when a question is asked.
//
// `aws:` keys that the daemon derives are GlobalConditionKey; a service module names its own by code. Every other key is
// known only if the sidecar attests it.

import PolicyLanguage

/// A condition key as a policy or a policy variable names it.
struct ConditionKey: Sendable, Hashable {
  enum Kind: Sendable, Hashable {
    case global(GlobalConditionKey)
    /// One of a service module's own keys, by the module's code.
    case service(code: UInt8)
    case attested
  }
  /// Lower case (C-1).
  let text: Text
  let kind: Kind
  /// What follows the key's family: the tag key of `aws:PrincipalTag/team`, the pair's key of
  /// `kms:EncryptionContext:purpose`; empty for a key that is no family.
  let argument: Text

  /// - Parameter text: in lower case.
  init(_ text: Text) {
    self.text = text
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

/// What is known of a condition key's values in one request.
enum KeyValues: Sendable {
  /// Not in the request context: E.2 decides.
  case absent
  case one(ContextValues)
  /// Names that differ only in case stand for several values, and any of them may satisfy a condition.
  // UNDOCUMENTED: C-7
  case several([ContextValues])
  /// The request has this parameter, but the question did not say its value: no condition on it may help the caller.
  case unknown

  /// The first of `values` or all of them, each a value of its own.
  init(candidates values: [Text]) {
    switch values.count {
    case 0: self = .absent
    case 1: self = .one(.single(values[0]))
    default: self = .several(values.map { .single($0) })
    }
  }

  init(_ value: Text?) {
    if let value { self = .one(.single(value)) } else { self = .absent }
  }
}
