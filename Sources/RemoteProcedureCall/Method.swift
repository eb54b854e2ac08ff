// What a service gives the server: its methods, each by its path, and what is done with a call.
//
// Handlers run on the event loop of their connection and never block it. All of a call's functions are called there.

import NIOCore

/// Who connected, as the kernel says (SO_PEERCRED at connect). The pid may have been reused since: decide by uid and gid.
public struct PeerCredentials: Sendable, Hashable {
  public var processID: Int32
  public var userID: UInt32
  public var groupID: UInt32
  public init(processID: Int32, userID: UInt32, groupID: UInt32) {
    self.processID = processID
    self.userID = userID
    self.groupID = groupID
  }
}

/// One method of a service.
public struct Method: Sendable {
  /// `/package.Service/Name`
  public var path: String
  public var kind: Kind
  /// Told of messages of unary calls that came together and are handed to `kind` next, if there are several: a service can
  /// prepare for all of them at once. They are valid only during the call, and not all of them need come.
  public var announce: (@Sendable (UnsafeBufferPointer<UnsafeRawBufferPointer>) -> Void)?

  public enum Kind: Sendable {
    /// One message in, one out. The handler gets the whole message, valid only during the call, and answers by
    /// `call.reply`, at once or later. The server has checked that exactly one message came.
    case unary(@Sendable (UnsafeRawBufferPointer, Call) -> Void)
    /// Any number of messages in and out. The closure makes the call's handler when its headers have arrived.
    case streaming(@Sendable (Call) -> any StreamHandler)
  }

  public init(
    path: String, kind: Kind, announce: (@Sendable (UnsafeBufferPointer<UnsafeRawBufferPointer>) -> Void)? = nil
  ) {
    self.path = path
    self.kind = kind
    self.announce = announce
  }
}

/// The receiving half of a streaming call.
public protocol StreamHandler: AnyObject {
  /// One message; the bytes are valid only during the call.
  func received(_ message: UnsafeRawBufferPointer)
  /// The client sends no more.
  func receivedEnd()
  /// The call is over without `finish`: cancelled, its deadline passed, or its connection lost.
  func cancelled()
  /// The connection takes more bytes again after `call.send` returned false.
  func writable()
}
