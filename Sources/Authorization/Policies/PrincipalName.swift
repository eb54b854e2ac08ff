// Principals in compiled policies: names that a caller has or has not, by fingerprint.

import PolicyLanguage

/// One entry of a Principal element, or a principal that a grant names.
struct PrincipalName: BitwiseCopyable {
  /// What the entry names a caller by. A caller has at most one name of each kind.
  enum Kind: UInt8, BitwiseCopyable {
    /// `444455556666` (D-20)
    case account
    /// `arn:aws:iam::444455556666:root`: the account, too
    case accountRoot
    /// ARN of a user or role (D-23, D-24)
    case identity
    /// ARN of an assumed-role session or federated user (D-25, D-26)
    case session
    /// `AIDA...`, `AROA...` (D-27)
    case uniqueID
    /// `name.amazonaws.com` (D-28)
    case service
    /// `*` (D-19)
    case everyone
    /// Accepted, matches nobody (D-29, D-30)
    case nobody
  }
  let fingerprint: UInt64
  let text: BorrowedText
  let kind: Kind

  init(_ entry: PrincipalPattern, in arena: Arena) {
    switch entry {
    case .everyone: (kind, text) = (.everyone, "*")
    case .account(let account, partition: nil): (kind, text) = (.account, arena.copy(account))
    case .account(let account, let partition?):
      kind = .accountRoot
      text = arena.copy(ARN(partition: partition, service: "iam", account: account, resource: "root").text)
    case .arn(let arn): (kind, text) = (arn.service == "sts" ? .session : .identity, arena.copy(arn.text))
    case .uniqueID(let id): (kind, text) = (.uniqueID, arena.copy(id))
    case .service(let name): (kind, text) = (.service, arena.copy(name))
    case .foreign(let name), .unmatchable(let name): (kind, text) = (.nobody, arena.copy(name))
    }
    fingerprint = text.fingerprint
  }

  /// As a policy shows it.
  var displayed: BorrowedText {
    kind == .accountRoot ? ARNName(text)?.account ?? text : text
  }
}
