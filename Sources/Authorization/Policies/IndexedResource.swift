// Resource and NotResource in compiled policies. Most name one resource, or all: those are told by a fingerprint, or not
// looked at. Only wildcards and variables are compared part by part.

import PolicyLanguage

enum IndexedResource: BitwiseCopyable {
  /// `*`: every resource, and also "no resource" (D-41).
  case any
  /// An ARN without wildcards and variables.
  case name(fingerprint: UInt64, BorrowedText)
  case pattern(UnsafePointer<IndexedARNPattern>)
  /// Accepted, matches nothing.
  case unmatchable(BorrowedText)

  init(_ pattern: ResourcePattern, in arena: Arena) {
    switch pattern {
    case .any: self = .any
    case .unmatchable(let written): self = .unmatchable(arena.copy(written))
    case .arn(let arn):
      guard let name = arn.literal else {
        self = .pattern(arena.store(IndexedARNPattern(arn, in: arena)))
        return
      }
      let text = arena.copy(name)
      self = .name(fingerprint: text.fingerprint, text)
    }
  }
}

extension ARNPattern {
  /// The one ARN that the pattern matches; nil when it has wildcards or variables.
  fileprivate var literal: Text? {
    guard let partition = partition.literal, let service = service.literal, let region = region.literal,
      let account = account.literal, let resource = resource.literal
    else { return nil }
    return ARN(partition: partition, service: service, region: region, account: account, resource: resource).text
  }
}
