// What is known of a question before it is asked.

import PolicyLanguage

/// The names by which an index finds what a question needs. They may be any bytes: nothing is judged by them.
// INVARIANT: the request that they lie in is held while the question is announced.
public struct AnnouncedQuestion: BitwiseCopyable {
  let principal: BorrowedText
  let resource: BorrowedText

  public init(principal: BorrowedText, resource: BorrowedText) {
    self.principal = principal
    self.resource = resource
  }
}
