// What a call's end means when the server did not say it in gRPC's words: an HTTP status from something between, or a reset
// stream. The tables are those of gRPC's documents on HTTP/2 and on status codes.

import CNGHTTP2

extension Status {
  /// An answer whose HTTP status is not 200 and which carries no gRPC status.
  static func http(_ status: Int) -> Status {
    let code: Code =
      switch status {
      case 400: .internal
      case 401: .unauthenticated
      case 403: .permissionDenied
      case 404: .unimplemented
      case 429, 502, 503, 504: .unavailable
      default: .unknown
      }
    return Status(code, "the server answered with HTTP status \(status)")
  }

  /// A stream that the server reset with an HTTP/2 error code.
  static func reset(by errorCode: UInt32) -> Status {
    let code: Code =
      switch errorCode {
      case NGHTTP2_REFUSED_STREAM.rawValue: .unavailable
      case NGHTTP2_CANCEL.rawValue: .cancelled
      case NGHTTP2_ENHANCE_YOUR_CALM.rawValue: .resourceExhausted
      case NGHTTP2_INADEQUATE_SECURITY.rawValue: .permissionDenied
      default: .internal
      }
    return Status(code, "the server reset the stream: \(String(cString: nghttp2_http2_strerror(errorCode)))")
  }
}
