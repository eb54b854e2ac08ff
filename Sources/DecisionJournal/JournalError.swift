// What can go wrong around the journal, told to a person.

public struct JournalError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Lower case, no full stop.
  public var description: String
  public init(_ description: String) { self.description = description }
}
