// Where something stands in a user's file, and what is wrong with it there.
//
// Values carry byte offsets; line and column are worked out only when something is reported or recorded.

/// A place in a text: line and column count from 1, columns in bytes.
public struct SourcePosition: Sendable, Hashable {
  public var line: Int
  public var column: Int
  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
}

/// Turns byte offsets of one text into lines and columns.
public struct LineMap: Sendable {
  private let starts: [Int]

  public init(_ bytes: [UInt8]) {
    starts = bytes.withUnsafeBufferPointer { buffer in
      var starts = [0]
      for offset in buffer.indices where buffer[offset] == UInt8(ascii: "\n") { starts.append(offset + 1) }
      return starts
    }
  }

  public func position(of offset: Int) -> SourcePosition {
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle } else { high = middle }
    }
    return SourcePosition(line: low + 1, column: offset - starts[low] + 1)
  }
}

/// One thing that is wrong with an input, told so that its author can mend it.
///
/// `message` says what was found and what was expected: lower case, no full stop, the author's text in backticks.
public struct Diagnostic: Error, Sendable, Hashable {
  /// Path inside the policy directory, or the name of the argument that held the text; empty while not known.
  public var file: Text
  public var position: SourcePosition
  public var message: String

  public init(file: Text = "", position: SourcePosition, message: String) {
    self.file = file
    self.position = position
    self.message = message
  }
}

extension Diagnostic: CustomStringConvertible {
  /// `file:line:column: message`
  public var description: String { "\(file.printable):\(position.line):\(position.column): \(message)" }
}
