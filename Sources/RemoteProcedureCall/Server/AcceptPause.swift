// Lets a listener rest for a moment when accepting fails, as it does when the process is out of descriptors.
//
// The connection that could not be accepted keeps the listener readable, so that without a rest its loop would do nothing
// but fail. NIO's own handler for this delays the next read; but a read that failed is still pending for the channel, and
// it is tried again without asking. So reading is switched off as a whole.

import Glibc
import NIOCore

/// The listener's handler of errors. Confined to the listener's loop.
final class AcceptPause: ChannelInboundHandler {
  typealias InboundIn = any Channel

  private static let rest = TimeAmount.milliseconds(100)

  private let log: IncidentLog

  init(_ log: IncidentLog) {
    self.log = log
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard let failure = error as? IOError else { return context.fireErrorCaught(error) }
    let ourselves = PeerCredentials(processID: getpid(), userID: geteuid(), groupID: getegid())
    log.report(.accepting, String(cString: strerror(failure.errnoCode)), ourselves, now: context.eventLoop.now)
    let listener = context.channel
    // Fails only for a listener that is closed.
    try? listener.syncOptions?.setOption(.autoRead, value: false)
    context.eventLoop.scheduleTask(in: Self.rest) { try? listener.syncOptions?.setOption(.autoRead, value: true) }
  }
}
