// The statements of one or more policies that unite: any allow allows, any deny denies.

import PolicyLanguage

/// One policy where it is attached.
struct AttachedPolicy: BitwiseCopyable {
  let block: UnsafePointer<PolicyBlock>
  /// Path below the policy directory.
  let file: BorrowedText

  /// INVARIANT: whoever attaches a policy keeps it for as long as this is used.
  init(_ policy: CompiledPolicy, file: BorrowedText) {
    block = policy.block
    self.file = file
  }
}

struct StatementList: BitwiseCopyable {
  let policies: Run<AttachedPolicy>

  init(_ policies: Run<AttachedPolicy> = Run()) { self.policies = policies }

  /// Announces that the first policy is about to be asked: its first line of memory, and when that is there, the rest.
  @inline(__always) func prefetch() {
    if let first = policies.buffer.baseAddress { Authorization.prefetch(first.pointee.block, lines: 1) }
  }

  @inline(__always) func prefetchRest() {
    if let first = policies.buffer.baseAddress { PolicyBlock.prefetchRest(of: first.pointee.block) }
  }

  /// The first Deny about the action, in the order of policies, that is like that.
  @inline(__always) func firstDeny(
    of action: UnsafePointer<ActionName>, like isWanted: (UnsafePointer<IndexedStatement>) -> Bool
  ) -> StatementReference? {
    for place in 0..<policies.count {
      let policy = policies.pointer(at: place)
      if let deny = policy.pointee.block.pointee.firstDeny(of: action, like: isWanted) {
        return StatementReference(deny, of: policy.pointee.file)
      }
    }
    return nil
  }

  /// Shows every Allow about the action, in the order of policies, with its policy's file, until told to end.
  @inline(__always) func search(
    forAllowOf action: UnsafePointer<ActionName>,
    until isEnough: (UnsafePointer<IndexedStatement>, BorrowedText) -> Bool
  ) {
    for place in 0..<policies.count {
      let policy = policies.pointer(at: place)
      let file = policy.pointee.file
      if policy.pointee.block.pointee.firstAllow(of: action, like: { isEnough($0, file) }) != nil { return }
    }
  }

  /// The first Allow about the action, in the order of policies, that is like that.
  @inline(__always) func firstAllow(
    of action: UnsafePointer<ActionName>, like isWanted: (UnsafePointer<IndexedStatement>) -> Bool
  ) -> StatementReference? {
    for place in 0..<policies.count {
      let policy = policies.pointer(at: place)
      if let allow = policy.pointee.block.pointee.firstAllow(of: action, like: isWanted) {
        return StatementReference(allow, of: policy.pointee.file)
      }
    }
    return nil
  }
}
