// The `aws:` condition keys that the daemon derives or supplies itself (C.2).
//
// A key that says who asks or what is asked for is worth something only if the asker cannot claim it (C-12); such keys are
// refused in a request's context. `aws:SecureTransport` and `aws:ViaAWSService` are the sidecar's to say, with a default.

import PolicyLanguage

enum GlobalConditionKey: BitwiseCopyable {
  case principalAccount, principalARN, principalType, principalTag, principalOrgID, principalOrgPaths
  case principalIsAWSService, principalServiceName, principalServiceNamesList, userID, userName
  case resourceAccount, resourceOrgID, resourceOrgPaths, resourceTag
  case requestedRegion, currentTime, epochTime, secureTransport, viaAWSService

  /// - Parameter text: in lower case.
  static func resolve(_ text: BorrowedText) -> (key: GlobalConditionKey, argument: BorrowedText)? {
    guard text.hasPrefix("aws:") else { return nil }
    let tag = (principal: "aws:principaltag/" as BorrowedText, resource: "aws:resourcetag/" as BorrowedText)
    if text.hasPrefix(tag.principal) { return (.principalTag, text.dropFirst(tag.principal.count)) }
    if text.hasPrefix(tag.resource) { return (.resourceTag, text.dropFirst(tag.resource.count)) }
    return named(text).map { ($0, "") }
  }

  private static func named(_ text: BorrowedText) -> GlobalConditionKey? {
    switch text {
    case "aws:principalaccount": .principalAccount
    case "aws:principalarn": .principalARN
    case "aws:principaltype": .principalType
    case "aws:principalorgid": .principalOrgID
    case "aws:principalorgpaths": .principalOrgPaths
    case "aws:principalisawsservice": .principalIsAWSService
    case "aws:principalservicename": .principalServiceName
    case "aws:principalservicenameslist": .principalServiceNamesList
    case "aws:userid": .userID
    case "aws:username": .userName
    case "aws:resourceaccount": .resourceAccount
    case "aws:resourceorgid": .resourceOrgID
    case "aws:resourceorgpaths": .resourceOrgPaths
    case "aws:requestedregion": .requestedRegion
    case "aws:currenttime": .currentTime
    case "aws:epochtime": .epochTime
    case "aws:securetransport": .secureTransport
    case "aws:viaawsservice": .viaAWSService
    default: nil
    }
  }

  /// Whether a request may not bring this key itself (contract, section 2).
  /// - Parameter text: in lower case.
  static func isRefusedInRequests(_ text: BorrowedText) -> Bool {
    guard text.hasPrefix("aws:") else { return false }
    if text.hasPrefix("aws:principal") || text.hasPrefix("aws:resource") { return true }
    switch text {
    case "aws:userid", "aws:username", "aws:requestedregion", "aws:currenttime", "aws:epochtime": return true
    default: return false
    }
  }
}
