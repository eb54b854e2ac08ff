// The condition keys that say who asks (C.2, "P"): always derived, never claimed (C-12).

import PolicyLanguage

extension Caller {
  func values(of key: GlobalConditionKey, argument: Text) -> KeyValues {
    switch key {
    // A service belongs to no account.
    case .principalAccount: KeyValues(kind == .service ? nil : accountID)
    case .principalARN: KeyValues(principalARN)
    case .principalType: KeyValues(principalType)
    case .principalTag: KeyValues(candidates: tagValues(argument))
    case .principalOrgID: KeyValues(account?.organization?.organizationID)
    case .principalOrgPaths: account?.organization.map { .one(.set([$0.path])) } ?? .absent
    case .principalIsAWSService: KeyValues(kind == .service ? "true" : "false")
    case .principalServiceName: KeyValues(kind == .service ? principal : nil)
    case .principalServiceNamesList: kind == .service ? .one(.set([principal])) : .absent
    case .userID: KeyValues(userID)
    case .userName: KeyValues(kind == .user ? identity?.name : nil)
    case .resourceAccount, .resourceOrgID, .resourceOrgPaths, .resourceTag, .requestedRegion, .currentTime, .epochTime,
      .secureTransport, .viaAWSService:
      .absent
    }
  }

  /// The role's ARN for its sessions, never the session's.
  private var principalARN: Text? {
    switch kind {
    case .user, .role: identity?.arnText
    case .federatedUser, .root: principal
    case .service: nil
    }
  }

  private var principalType: Text? {
    switch kind {
    case .user: "User"
    case .role: "AssumedRole"
    case .federatedUser: "FederatedUser"
    case .root: "Account"
    case .service: nil
    }
  }

  private var userID: Text? {
    switch kind {
    case .user: identity?.uniqueID
    case .role:
      // Some session of the role: which one is not known, so neither is this key.
      if let id = identity?.uniqueID, let sessionName { Self.joined(id, sessionName) } else { nil }
    case .federatedUser:
      sessionARN.map { Self.joined(accountID, Text(utf8: $0.resource.utf8.dropFirst("federated-user/".utf8.count))) }
    case .root: accountID
    case .service: nil
    }
  }

  /// Session tags win over the identity's tags of the same key (C-19).
  private func tagValues(_ key: Text) -> [Text] {
    let own = session.tags.filter { $0.key.lowercased == key }
    let tags = own.isEmpty ? (identity?.tags ?? []).filter { $0.key.lowercased == key } : own
    return tags.map(\.value)
  }

  private static func joined(_ left: Text, _ right: Text) -> Text {
    Text(utf8: left.utf8 + [UInt8(ascii: ":")] + right.utf8)
  }
}
