// A policy directory as it was last seen: which names are in which folder, their stamps, and the files that were read.
//
// This is the reader's memory. A rescan goes over it and changes what has changed, so that a folder that rests costs one
// look at its stamp and a file that rests another, and whatever rests is neither read nor parsed again.

import PolicyLanguage

/// A folder of the policy directory, by the names that lead there; a link to a folder counts as one.
///
/// Changed by one walk at a time; a walk changes different folders on different threads.
final class Folder {
  /// Of the names; nil before they were read.
  var stamp: FileStamp?
  /// Whether an equal stamp means equal names.
  var isSettled = false
  /// In byte order of the names, without those that begin with `.`.
  var entries: [Entry] = []
  /// Why its names could not be read.
  var failure: Text? {
    get { oddity?.failure }
    set { Oddity.change(&oddity) { $0.failure = newValue } }
  }
  /// Where a link led; nil for a folder that is there itself.
  var target: SystemPath? {
    get { oddity?.target }
    set { Oddity.change(&oddity) { $0.target = newValue } }
  }
  private var oddity: Oddity?

  struct Entry {
    /// Valid UTF-8, but for `unreadable`.
    let name: [UInt8]
    let type: EntryType
    var state = State.new
  }

  /// What a name stands for, links not followed.
  enum EntryType: UInt8 {
    case folder
    case link
    /// A regular file.
    case file
    /// Something that only a look at it tells.
    case other
    /// A name that is not UTF-8, whatever it stands for.
    case unreadable
  }

  enum State {
    /// Not looked at yet.
    case new
    case folder(Folder)
    case file(File)
    /// What is wrong with it.
    indirect case failure(Text)
  }
}

/// A file, or a link to one.
final class File {
  /// Nil while it has not been looked at.
  var stamp: FileStamp?
  /// Whether what was read belongs to every equal stamp; a file that is not settled is read each time.
  var isSettled = false
  var isToBeRead = true
  /// Nil for a file that the layout does not know.
  var kind: FileKind?
  /// What was read and not yet taken.
  var bytes: [UInt8]?
  /// What it holds; nil when it was not read, or the layout passes it over.
  var source: SourceFile?
  /// Why it could not be read.
  var failure: Text? {
    get { oddity?.failure }
    set { Oddity.change(&oddity) { $0.failure = newValue } }
  }
  /// Where a link led; nil for a file that is there itself.
  var target: SystemPath? {
    get { oddity?.target }
    set { Oddity.change(&oddity) { $0.target = newValue } }
  }
  private var oddity: Oddity?

  init(_ stamp: FileStamp? = nil, target: SystemPath? = nil) {
    self.stamp = stamp
    self.target = target
  }
}

/// What few files and folders have, kept apart since there are so many of them.
private final class Oddity {
  var failure: Text?
  var target: SystemPath?

  static func change(_ oddity: inout Oddity?, _ body: (Oddity) -> Void) {
    let changed = oddity ?? Oddity()
    body(changed)
    oddity = changed.failure == nil && changed.target == nil ? nil : changed
  }
}
