// The fields of a decision's entry, and the ids that tell our entries from all others.
//
// Names and ids are a contract with whoever reads the journal: none is ever renamed or reused for another meaning.
// The ids stand in the message catalog too (systemd/countersign.catalog); a test holds the two together.

/// Names of the fields that entries carry. Those marked "may repeat" can stand in one entry more than once.
public enum JournalField: String, Sendable, CaseIterable, Hashable {
  case message = "MESSAGE"
  case messageID = "MESSAGE_ID"
  /// 6 for allow, 5 for deny.
  case priority = "PRIORITY"
  case syslogIdentifier = "SYSLOG_IDENTIFIER"
  /// Whose record this is.
  case account = "COUNTERSIGN_ACCOUNT"
  case perspective = "COUNTERSIGN_PERSPECTIVE"
  /// Unique for each entry.
  case eventID = "COUNTERSIGN_EVENT_ID"
  /// The same in all entries of one decision; what the answer calls its event id.
  case sharedEventID = "COUNTERSIGN_SHARED_EVENT_ID"
  case decision = "COUNTERSIGN_DECISION"
  case reason = "COUNTERSIGN_REASON"
  case operation = "COUNTERSIGN_OPERATION"
  /// Reduced in the owner's entry.
  case principal = "COUNTERSIGN_PRINCIPAL"
  case callerAccount = "COUNTERSIGN_CALLER_ACCOUNT"
  /// May repeat in the caller's entry: ReEncrypt can have keys of two owners. An owner's entry names that owner only.
  case ownerAccount = "COUNTERSIGN_OWNER_ACCOUNT"
  /// May repeat where an operation has several resources. An owner's entry names that owner's resources only (G-6).
  case resource = "COUNTERSIGN_RESOURCE"
  case region = "COUNTERSIGN_REGION"
  case revision = "COUNTERSIGN_REVISION"
  /// Deciding statements of this account's policies, one a line; see `StatementLine`.
  case statements = "COUNTERSIGN_STATEMENTS"
  case requestID = "COUNTERSIGN_REQUEST_ID"
  case peerUserID = "COUNTERSIGN_PEER_UID"
  case peerProcessID = "COUNTERSIGN_PEER_PID"
  /// 1, 2, 3 ... over the entries of one `startID`.
  case sequence = "COUNTERSIGN_SEQUENCE"
  case startID = "COUNTERSIGN_START_ID"
  /// Only when entries were lost: how many, since the entry before this one. The sequence skips as many numbers.
  case dropped = "COUNTERSIGN_DROPPED"
  /// May repeat; only in the caller's entry, and only when the request had tokens.
  case grantToken = "COUNTERSIGN_GRANT_TOKEN"
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
