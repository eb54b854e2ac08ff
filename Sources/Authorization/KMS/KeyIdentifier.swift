// The four ways to name a key (B-28 to B-31, A-35, A-36).
//
// Only an ARN can name another account's key; a bare id or alias name is taken to be in the caller's own account and in
// the Region of the request, never in the owner's.

import PolicyLanguage

enum KeyIdentifier: BitwiseCopyable {
  case keyID(BorrowedText)
  case keyARN(ARNName, id: BorrowedText)
  /// With `alias/`.
  case aliasName(BorrowedText)
  case aliasARN(ARNName, name: BorrowedText)

  struct Forms: OptionSet, BitwiseCopyable, Sendable {
    let rawValue: UInt8
    static let keyID = Forms(rawValue: 1)
    static let keyARN = Forms(rawValue: 2)
    static let aliasName = Forms(rawValue: 4)
    static let aliasARN = Forms(rawValue: 8)
    static let idAndARN: Forms = [.keyID, .keyARN]
    static let aliases: Forms = [.aliasName, .aliasARN]
    static let all: Forms = [.keyID, .keyARN, .aliasName, .aliasARN]
  }

  /// Nil for a text that names no key: a malformed ARN, an ARN of another service, characters that no id has.
  init?(_ text: BorrowedText) {
    guard (1...2048).contains(text.count) else { return nil }
    if text.hasPrefix("arn:") {
      guard let arn = ARNName(text), arn.service == "kms", !arn.partition.isEmpty, !arn.region.isEmpty,
        CallerResolution.isAccountID(arn.account)
      else { return nil }
      if arn.resource.hasPrefix("key/") {
        let id = arn.resource.dropFirst("key/".utf8.count)
        guard Self.isKeyID(id) else { return nil }
        self = .keyARN(arn, id: id)
      } else {
        guard Self.isAliasName(arn.resource) else { return nil }
        self = .aliasARN(arn, name: arn.resource)
      }
    } else if text.hasPrefix("alias/") {
      guard Self.isAliasName(text) else { return nil }
      self = .aliasName(text)
    } else {
      guard Self.isKeyID(text) else { return nil }
      self = .keyID(text)
    }
  }

  var form: Forms {
    switch self {
    case .keyID: .keyID
    case .keyARN: .keyARN
    case .aliasName: .aliasName
    case .aliasARN: .aliasARN
    }
  }

  /// Nil for the bare forms.
  var arn: ARNName? {
    switch self {
    case .keyID, .aliasName: nil
    case .keyARN(let arn, _), .aliasARN(let arn, _): arn
    }
  }

  /// The alias name, also of an alias ARN: what kms:RequestAlias holds.
  var alias: BorrowedText? {
    switch self {
    case .keyID, .keyARN: nil
    case .aliasName(let name), .aliasARN(_, let name): name
    }
  }

  private static func isKeyID(_ text: BorrowedText) -> Bool {
    (1...256).contains(text.count) && text.bytes.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
  }

  private static func isAliasName(_ text: BorrowedText) -> Bool {
    text.hasPrefix("alias/") && (7...256).contains(text.count)
      && text.bytes.allSatisfy { isAlphanumeric($0) || $0 == 0x2F || $0 == 0x5F || $0 == 0x2D || $0 == 0x3A }
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26
  }
}

extension KeyIdentifier.Forms: CustomStringConvertible {
  /// For messages.
  var description: String {
    let names: [(KeyIdentifier.Forms, String)] = [
      (.keyID, "key id"), (.keyARN, "key ARN"), (.aliasName, "alias name"), (.aliasARN, "alias ARN"),
    ]
    return names.filter { contains($0.0) }.map(\.1).joined(separator: ", ")
  }
}
