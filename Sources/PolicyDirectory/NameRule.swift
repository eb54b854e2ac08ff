// What names in the layout may look like. A name that breaks its rule is an error: it could never be asked for, so the
// policy behind it would silently never apply. What AWS merely would not give is a remark of `lint` instead.

import PolicyLanguage

enum NameRule: Sendable {
  case accountID
  case region
  case keyID
  case endpointID
  /// Users and roles.
  case principal
  /// Groups and policies of IAM.
  case iam
  /// Anything that can be a file's name.
  case free

  /// What is expected instead, when `name` breaks the rule.
  func expectation(brokenBy name: Text) -> String? {
    let bytes = name.utf8
    switch self {
    case .accountID:
      return bytes.count == 12 && bytes.allSatisfy(\.isDigit) ? nil : "an account id of 12 digits"
    case .region:
      return Self.isRegion(bytes) ? nil : "a Region such as `us-west-2`"
    case .keyID:
      return (1...256).contains(bytes.count)
        && bytes.allSatisfy { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "-") }
        ? nil : "a key id of letters, digits and `-`, at most 256"
    case .endpointID:
      let id = bytes.dropFirst(5)
      return name.hasPrefix("vpce-") && !id.isEmpty && bytes.count <= 256
        && id.allSatisfy { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "-") }
        ? nil : "an endpoint id that begins with `vpce-`"
    case .principal:
      return Self.isIAM(bytes, limit: 64) ? nil : "a name of at most 64 letters, digits and `+=,.@_-`"
    case .iam:
      return Self.isIAM(bytes, limit: 128) ? nil : "a name of at most 128 letters, digits and `+=,.@_-`"
    case .free:
      return bytes.isEmpty ? "a name" : nil
    }
  }

  private static let marks = Array("+=,.@_-".utf8)

  private static func isIAM(_ bytes: Text.UTF8View, limit: Int) -> Bool {
    (1...limit).contains(bytes.count) && bytes.allSatisfy { $0.isLetter || $0.isDigit || marks.contains($0) }
  }

  /// `us-west-2`, `us-gov-east-1`, `eusc-de-east-1`: lower-case words and a number, so that new Regions need no release.
  private static func isRegion(_ bytes: Text.UTF8View) -> Bool {
    let parts = bytes.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard parts.count >= 3, let number = parts.last, (1...2).contains(number.count) else { return false }
    return number.allSatisfy(\.isDigit)
      && parts.dropLast().allSatisfy { (2...12).contains($0.count) && $0.allSatisfy(\.isLowerCaseLetter) }
  }
}

extension UInt8 {
  var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }
  var isLowerCaseLetter: Bool { self &- UInt8(ascii: "a") < 26 }
  var isLetter: Bool { (self | 0x20).isLowerCaseLetter }
  var isHexadecimalDigit: Bool { isDigit || self &- UInt8(ascii: "a") < 6 }
}
