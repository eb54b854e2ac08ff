// Colour, on a terminal only.

import Glibc

struct Style {
  var isColoured: Bool

  /// For standard output: a terminal that knows colour, and nobody set NO_COLOR (no-color.org).
  static var standard: Style {
    Style(isColoured: isatty(STDOUT_FILENO) == 1 && Environment["NO_COLOR"] == nil && Environment["TERM"] != "dumb")
  }

  func good(_ text: String) -> String { paint(text, "1;32") }
  func bad(_ text: String) -> String { paint(text, "1;31") }
  func faint(_ text: String) -> String { paint(text, "2") }

  private func paint(_ text: String, _ code: String) -> String {
    isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
