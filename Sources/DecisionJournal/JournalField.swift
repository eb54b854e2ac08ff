// The fields of a decision's entry, and the ids that tell our entries from all others.
//
// Names and ids are a contract with whoever reads the journal: none is ever renamed or reused for another meaning.
// The ids stand in the message catalog too (systemd/countersign.catalog); a test holds the two together.

/// Names of the fields that entries carry. Those marked "may repeat" can stand in one entry more than once.
public enum JournalField: Sendable, CaseIterable, Hashable {
  case message
  case messageID
  /// 6 for allow, 5 for deny.
  case priority
  case syslogIdentifier
  /// Whose record this is.
  case account
  case perspective
  /// Unique for each entry.
  case eventID
  /// The same in all entries of one decision; what the answer calls its event id.
  case sharedEventID
  case decision
  case reason
  case operation
  /// Reduced in the owner's entry.
  case principal
  case callerAccount
  /// May repeat in the caller's entry: ReEncrypt can have keys of two owners. An owner's entry names that owner only.
  case ownerAccount
  /// May repeat where an operation has several resources. An owner's entry names that owner's resources only (G-6).
  case resource
  case region
  case revision
  /// Deciding statements of this account's policies, one a line; see `StatementLine`.
  case statements
  case requestID
  case peerUserID
  case peerProcessID
  /// 1, 2, 3 ... over the entries of one `startID`.
  case sequence
  case startID
  /// Only when entries were lost: how many, since the entry before this one. The sequence skips as many numbers.
  case dropped
  /// May repeat; only in the caller's entry, and only when the request had tokens.
  case grantToken

  /// As it stands in the journal.
  @inline(__always) var name: StaticString {
    switch self {
    case .message: "MESSAGE"
    case .messageID: "MESSAGE_ID"
    case .priority: "PRIORITY"
    case .syslogIdentifier: "SYSLOG_IDENTIFIER"
    case .account: "COUNTERSIGN_ACCOUNT"
    case .perspective: "COUNTERSIGN_PERSPECTIVE"
    case .eventID: "COUNTERSIGN_EVENT_ID"
    case .sharedEventID: "COUNTERSIGN_SHARED_EVENT_ID"
    case .decision: "COUNTERSIGN_DECISION"
    case .reason: "COUNTERSIGN_REASON"
    case .operation: "COUNTERSIGN_OPERATION"
    case .principal: "COUNTERSIGN_PRINCIPAL"
    case .callerAccount: "COUNTERSIGN_CALLER_ACCOUNT"
    case .ownerAccount: "COUNTERSIGN_OWNER_ACCOUNT"
    case .resource: "COUNTERSIGN_RESOURCE"
    case .region: "COUNTERSIGN_REGION"
    case .revision: "COUNTERSIGN_REVISION"
    case .statements: "COUNTERSIGN_STATEMENTS"
    case .requestID: "COUNTERSIGN_REQUEST_ID"
    case .peerUserID: "COUNTERSIGN_PEER_UID"
    case .peerProcessID: "COUNTERSIGN_PEER_PID"
    case .sequence: "COUNTERSIGN_SEQUENCE"
    case .startID: "COUNTERSIGN_START_ID"
    case .dropped: "COUNTERSIGN_DROPPED"
    case .grantToken: "COUNTERSIGN_GRANT_TOKEN"
    }
  }
}

extension JournalField: RawRepresentable {
  public var rawValue: String { name.description }

  public init?(rawValue: String) {
    guard let field = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
    self = field
  }
}

/// Ids of the messages in the catalog.
public enum MessageID: String, Sendable, CaseIterable, Hashable {
  case allow = "12c868b876684064ba7230eff035a15b"
  case deny = "a85748d0d5e04c7ca5ce1c87a87d4e65"
  case policiesLoaded = "a3f107a152b44653be3794e98399e5ca"
  case policiesRefused = "97ccb0d73e55438ea9cb7469ac427777"
  case auditLoss = "0fef0eb2ef544d5c9f110d66f37e47c2"
  case auditUnreachable = "ba4bae1de1274af9a1ee4923a2e7c5ea"
  case auditRestored = "6e90e49d06554616bc44b11802194912"
  case limitReached = "b58e3517522b45448a6881341eab7b55"
}
