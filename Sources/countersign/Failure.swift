// Something that a person has to be told before the program ends.

import Authorization
import CountersignClient
import PolicyLanguage

struct Failure: Error {
  var status: ExitStatus
  /// Lower case, no full stop; one line of standard error each.
  var messages: [String]

  init(_ status: ExitStatus, _ message: String) {
    self.status = status
    messages = [message]
  }

  init(_ status: ExitStatus, _ diagnostics: [Diagnostic]) {
    self.status = status
    messages = diagnostics.map(\.description)
  }

  /// A request that cannot be judged, told as the daemon tells it.
  init(_ error: RequestError) {
    let code: ClientError.Code =
      switch error.code {
      case .invalidArgument: .invalidArgument
      }
    self.init(.unusable, ClientError(code, error.message).description)
  }

  /// What to change belongs to the asker for some codes, and to whoever runs the daemon for the others.
  init(_ error: ClientError, socketPath: String) {
    switch error.code {
    case .invalidArgument, .unimplemented, .permissionDenied, .outOfRange, .resourceExhausted, .failedPrecondition,
      .notFound, .alreadyExists, .unauthenticated:
      self.init(.unusable, error.description)
    case .unavailable where error.message.contains(socketPath):
      self.init(.unreachable, error.message)
    default:
      self.init(.unreachable, error.description)
    }
  }
}
