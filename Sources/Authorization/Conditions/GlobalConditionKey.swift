// The `aws:` condition keys that the daemon derives or supplies itself (C.2).
//
// A key that says who asks or what is asked for is worth something only if the asker cannot claim it (C-12); such keys are
// refused in a request's context. `aws:SecureTransport` and `aws:ViaAWSService` are the sidecar's to say, with a default.

import PolicyLanguage

enum GlobalConditionKey: String, Sendable, Hashable, CaseIterable {
  case principalAccount = "aws:principalaccount"
  case principalARN = "aws:principalarn"
  case principalType = "aws:principaltype"
  case principalTag = "aws:principaltag/"
  case principalOrgID = "aws:principalorgid"
  case principalOrgPaths = "aws:principalorgpaths"
  case principalIsAWSService = "aws:principalisawsservice"
  case principalServiceName = "aws:principalservicename"
  case principalServiceNamesList = "aws:principalservicenameslist"
  case userID = "aws:userid"
  case userName = "aws:username"
  case resourceAccount = "aws:resourceaccount"
  case resourceOrgID = "aws:resourceorgid"
  case resourceOrgPaths = "aws:resourceorgpaths"
  case resourceTag = "aws:resourcetag/"
  case requestedRegion = "aws:requestedregion"
  case currentTime = "aws:currenttime"
  case epochTime = "aws:epochtime"
  case secureTransport = "aws:securetransport"
  case viaAWSService = "aws:viaawsservice"

  private static let byName: [Text: GlobalConditionKey] = Dictionary(
    uniqueKeysWithValues: allCases.map { (Text($0.rawValue), $0) })
  private static let prefix: Text = "aws:"
  private static let principalTagPrefix = Text(GlobalConditionKey.principalTag.rawValue)
  private static let resourceTagPrefix = Text(GlobalConditionKey.resourceTag.rawValue)

  /// - Parameter text: in lower case.
  static func resolve(_ text: Text) -> (key: GlobalConditionKey, argument: Text)? {
    guard text.hasPrefix(prefix) else { return nil }
    if text.hasPrefix(principalTagPrefix) {
      return (.principalTag, Text(utf8: text.utf8.dropFirst(principalTagPrefix.count)))
    }
    if text.hasPrefix(resourceTagPrefix) {
      return (.resourceTag, Text(utf8: text.utf8.dropFirst(resourceTagPrefix.count)))
    }
    guard let key = byName[text] else { return nil }
    return (key, "")
  }

  /// Whether a request may not bring this key itself (contract, section 2).
  /// - Parameter text: in lower case.
  static func isRefusedInRequests(_ text: Text) -> Bool {
    if text.hasPrefix("aws:principal") || text.hasPrefix("aws:resource") { return true }
    let others: [Text] = ["aws:userid", "aws:username", "aws:requestedregion", "aws:currenttime", "aws:epochtime"]
    return others.contains(text)
  }
}
