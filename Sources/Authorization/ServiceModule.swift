// The seam between the engine and what is particular to one AWS service: a service is a folder beside this file.
//
// The engine knows accounts, policies, statements and conditions. A module knows its service's operations, how they name
// resources, which questions one operation asks, and which condition keys it adds. A new service is a new folder, one
// line in `ServiceModules.module(of:)`, and where it adds to the request context a case of ServiceContext.

import PolicyLanguage

protocol ServiceModule: Sendable {
  /// What stands before the colon of its operations and condition keys, with the colon: `kms:`.
  static var prefix: BorrowedText { get }

  /// Its condition key of that name, in lower case; nil for a key that only the sidecar can know.
  static func conditionKey(_ text: BorrowedText) -> (code: UInt8, argument: BorrowedText)?

  /// Whether a request may not bring this key itself.
  static func refusesInRequests(_ key: BorrowedText) -> Bool

  /// Turns a request into the single questions that it asks.
  static func plan(_ inquiry: Inquiry) throws(RequestError) -> Plan

  /// A last look at the answers together, for rules that tie legs to each other.
  static func review(_ results: UnsafeMutableBufferPointer<LegResult>)
}

/// All that a module plans by.
struct Inquiry: BitwiseCopyable {
  let request: UnsafePointer<RequestView>
  let attested: UnsafePointer<AttestedContext>
  let caller: UnsafePointer<Caller>
  let tables: UnsafePointer<IndexTables>
  let lookup: RequestLookup
  let arena: Arena
}

enum ServiceModules {
  /// Services with rules of their own. All others go by the general rule.
  private static func module(of name: BorrowedText) -> (any ServiceModule.Type)? {
    name.hasPrefix(KMSModule.prefix) ? KMSModule.self : nil
  }

  static func conditionKey(_ text: BorrowedText) -> (code: UInt8, argument: BorrowedText)? {
    module(of: text)?.conditionKey(text)
  }

  static func refusesInRequests(_ key: BorrowedText) -> Bool { module(of: key)?.refusesInRequests(key) ?? false }

  /// - Parameter operation: `service:Operation`.
  static func module(for operation: BorrowedText) -> any ServiceModule.Type {
    module(of: operation) ?? GeneralModule.self
  }
}
