// Which entries a reader wants. Everything that is given must hold.

import Authorization
import PolicyLanguage

public struct JournalFilter: Sendable {
  /// Whose record.
  public var account: Text?
  public var decision: Outcome?
  /// As recorded: the full ARN in the caller's entries, the reduced form in the owner's.
  public var principal: Text?
  /// An ARN, or a key id or alias name that an ARN ends with.
  public var resource: Text?
  /// All entries of one decision.
  public var sharedEventID: Text?
  /// Only entries that this unit wrote, which nobody else can claim: `countersignd.service`.
  public var unit: Text?
  /// Microseconds since 1970, both included.
  public var since: UInt64?
  public var until: UInt64?
  /// Start with the last so many entries instead of the first; not together with `since`.
  public var last: Int?

  public init() {}

  /// `FIELD=value` pairs that the journal's index can look up.
  var matches: [[UInt8]] {
    let ids: [MessageID] =
      switch decision {
      case .allow: [.allow]
      case .deny: [.deny]
      case nil: [.allow, .deny]
      }
    var matches = ids.map { match(.messageID, Text($0.rawValue)) }
    if let account { matches.append(match(.account, account)) }
    if let principal { matches.append(match(.principal, principal)) }
    if let resource, isARN(resource) { matches.append(match(.resource, resource)) }
    if let sharedEventID { matches.append(match(.sharedEventID, sharedEventID)) }
    if let unit { matches.append(Array("_SYSTEMD_UNIT=".utf8) + unit.utf8) }
    return matches
  }

  /// What the index cannot tell.
  func accepts(_ entry: JournalEntry) -> Bool {
    if let since, entry.realtime < since { return false }
    guard let resource, !isARN(resource) else { return true }
    return entry.fields.contains { field in
      guard field.name == JournalField.resource.rawValue else { return false }
      if field.value.elementsEqual(resource.utf8) { return true }
      guard field.value.count > resource.count, field.value.suffix(resource.count).elementsEqual(resource.utf8) else {
        return false
      }
      let separator = field.value[field.value.count - resource.count - 1]
      return separator == UInt8(ascii: "/") || separator == UInt8(ascii: ":")
    }
  }

  private func isARN(_ text: Text) -> Bool { text.hasPrefix("arn:") }

  private func match(_ field: JournalField, _ value: Text) -> [UInt8] {
    Array(field.rawValue.utf8) + [UInt8(ascii: "=")] + value.utf8
  }
}
