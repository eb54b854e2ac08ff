// The condition keys that say who asks (C.2, "P"): always derived, never claimed (C-12).

import PolicyLanguage

extension Caller {
  func values(of key: GlobalConditionKey, argument: BorrowedText, in arena: Arena) -> KeyValues {
    switch key {
    // A service belongs to no account.
    case .principalAccount: KeyValues(kind == .service ? nil : accountID)
    case .principalARN: KeyValues(principalARN)
    case .principalType: KeyValues(principalType)
    case .principalTag: KeyValues(candidates: tagValues(argument, in: arena))
    case .principalOrgID: KeyValues(organization?.pointee.organizationID)
    case .principalOrgPaths: Self.set(organization?.pointee.path, in: arena)
    case .principalIsAWSService: KeyValues(kind == .service ? "true" : "false")
    case .principalServiceName: KeyValues(kind == .service ? principal : nil)
    case .principalServiceNamesList: Self.set(kind == .service ? principal : nil, in: arena)
    case .userID: KeyValues(userID(in: arena))
    case .userName: KeyValues(kind == .user ? identity?.pointee.name : nil)
    case .resourceAccount, .resourceOrgID, .resourceOrgPaths, .resourceTag, .requestedRegion, .currentTime, .epochTime,
      .secureTransport, .viaAWSService:
      .absent
    }
  }

  private var organization: UnsafePointer<OrganizationMembership>? { account?.pointee.organization }

  private static func set(_ value: BorrowedText?, in arena: Arena) -> KeyValues {
    value.map { .set(arena.run(CollectionOfOne($0))) } ?? .absent
  }

  /// The role's ARN for its sessions, never the session's.
  private var principalARN: BorrowedText? {
    switch kind {
    case .user, .role: identity?.pointee.arn
    case .federatedUser, .root: principal
    case .service: nil
    }
  }

  private var principalType: BorrowedText? {
    switch kind {
    case .user: "User"
    case .role: "AssumedRole"
    case .federatedUser: "FederatedUser"
    case .root: "Account"
    case .service: nil
    }
  }

  private func userID(in arena: Arena) -> BorrowedText? {
    switch kind {
    case .user: return identity?.pointee.uniqueID
    case .role:
      // Some session of the role: which one is not known, so neither is this key.
      guard let id = identity?.pointee.uniqueID, let sessionName else { return nil }
      return arena.join(id, ":", sessionName)
    case .federatedUser:
      guard let arn = ARNName(principal) else { return nil }
      return arena.join(accountID, ":", arn.resource.dropFirst("federated-user/".utf8.count))
    case .root: return accountID
    case .service: return nil
    }
  }

  /// Session tags win over the identity's tags of the same key (C-19).
  private func tagValues(_ key: BorrowedText, in arena: Arena) -> Run<BorrowedText> {
    let own = session.tags.values(ofKey: key, in: arena)
    if !own.isEmpty { return own }
    return identity?.pointee.tags.values(ofKey: key, in: arena) ?? Run()
  }
}
