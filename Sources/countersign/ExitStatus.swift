// How a command ends.

/// Exit codes that are answers. A command that ends otherwise than with "yes" throws one.
enum ExitStatus: Int32, Error {
  case yes = 0
  case no = 1
  case unusable = 2
  /// EX_UNAVAILABLE of sysexits.h.
  case unreachable = 69
}
