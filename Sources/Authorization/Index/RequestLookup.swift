// What a request names, found in two steps: announced as soon as the names are known, and read when it is needed.
//
// Of a large index nothing that one question needs is in the cache. Its parts hang on each other: a slot of a table leads to
// a key or role, that to its policies. Each link of both chains is asked for at once and early, and other work is done
// until it is there.

import PolicyLanguage

struct RequestLookup: BitwiseCopyable {
  let principal: IdentityName
  let resource: BorrowedText
  private let resourceFingerprint: UInt64
  private let tables: UnsafePointer<IndexTables>

  /// Announces the tables' slots.
  @inline(__always) init(principal: BorrowedText, resource: BorrowedText, in tables: UnsafePointer<IndexTables>) {
    self.principal = IdentityName(principal)
    self.resource = resource
    resourceFingerprint = resource.fingerprint
    self.tables = tables
    tables.pointee.identities.prefetch(self.principal)
    tables.pointee.keys.prefetch(resourceFingerprint)
  }

  /// Announces what the slots lead to: a record with what lies behind it.
  @inline(__always) func prefetchRecords() {
    if let identity = tables.pointee.identities.candidate(principal) { prefetch(identity, lines: 5) }
    if let key = tables.pointee.keys.candidate(resourceFingerprint) { prefetch(key, lines: 5) }
  }

  /// Announces what the records lead to. They are not looked at twice: nearly always they are the right ones.
  @inline(__always) func prefetchPolicies() {
    if let identity = tables.pointee.identities.candidate(principal) {
      prefetch(identity.pointee.account, lines: 2)
      identity.pointee.policies.prefetch()
    }
    if let key = tables.pointee.keys.candidate(resourceFingerprint) {
      prefetch(key.pointee.account, lines: 2)
      key.pointee.policy.prefetch()
    }
  }

  /// Announces the whole of the policies.
  @inline(__always) func prefetchStatements() {
    if let identity = tables.pointee.identities.candidate(principal) { identity.pointee.policies.prefetchRest() }
    if let key = tables.pointee.keys.candidate(resourceFingerprint) { key.pointee.policy.prefetchRest() }
  }

  var identity: UnsafePointer<IndexedIdentity>? { tables.pointee.identities.identity(principal) }

  /// The key that the resource is the ARN of.
  var key: UnsafePointer<IndexedKey>? { tables.pointee.keys.key(resource, resourceFingerprint) }
}
