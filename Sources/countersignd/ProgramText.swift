// The program's own code as memory: most of what is resident of a daemon that waits.
//
// Starting goes through much code once (relocations, options, loading), and the kernel maps sixteen pages around each that is
// touched. Nothing is copied or lost by letting go: the pages are the file's, and come back from its cache when they are used.

import CLinux
import Glibc

enum ProgramText {
  /// Lets go of all pages; those that answering needs come back at the first answers.
  static func release() {
    let page = UInt(getpagesize())
    let start = UInt(bitPattern: program_start()) / page * page
    let end = UInt(bitPattern: program_end_of_text()) / page * page
    guard start < end else { return }
    // INVARIANT: this range holds the file's read-only pages alone, so dropping them changes no content.
    madvise(UnsafeMutableRawPointer(bitPattern: start), Int(end - start), MADV_DONTNEED)
  }
}
