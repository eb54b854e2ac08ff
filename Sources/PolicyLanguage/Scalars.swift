// Numbers, instants and networks as condition operators compare them. [to be written; one file each]

/// An exact decimal number: `10` equals `10.0` (E-17).
public struct DecimalNumber: Sendable, Hashable, Comparable {
  public init?(_ text: Text) { return nil }
  public static func < (left: DecimalNumber, right: DecimalNumber) -> Bool { false }
}

/// A moment, to the nanosecond.
public struct Instant: Sendable, Hashable, Comparable {
  public var seconds: Int64
  public var nanoseconds: Int32
  public init(seconds: Int64, nanoseconds: Int32 = 0) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }
  /// ISO 8601 in W3C's profile, or seconds since 1970 (E-18).
  public init?(_ text: Text) { return nil }
  public static func < (left: Instant, right: Instant) -> Bool {
    (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
  }
  /// `2026-01-01T00:00:00Z`; what aws:CurrentTime holds.
  public var text: Text { "" }
}

/// An IPv4 or IPv6 network; v4 never matches v6.
public struct IPNetwork: Sendable, Hashable {
  /// CIDR, or a plain address which stands for itself alone.
  public init?(_ text: Text) { return nil }
  public func contains(_ address: IPAddress) -> Bool { false }
}

public struct IPAddress: Sendable, Hashable {
  public init?(_ text: Text) { return nil }
}
