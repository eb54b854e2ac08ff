// The statements of one or more policies that unite: any allow allows, any deny denies.

import PolicyLanguage

/// One policy where it is attached.
struct AttachedPolicy: BitwiseCopyable {
  /// Path below the policy directory.
  let file: BorrowedText
  let denies: Run<IndexedStatement>
  let allows: Run<IndexedStatement>

  /// INVARIANT: whoever attaches a policy keeps it for as long as this is used.
  init(_ policy: CompiledPolicy, file: BorrowedText) {
    self.file = file
    denies = policy.denies
    allows = policy.allows
  }
}

struct StatementList: BitwiseCopyable {
  let policies: Run<AttachedPolicy>

  init(_ policies: Run<AttachedPolicy> = Run()) { self.policies = policies }

  /// The first Deny, in the order of policies, that is like that.
  @inline(__always) func firstDeny(like isWanted: (UnsafePointer<IndexedStatement>) -> Bool) -> StatementReference? {
    for place in 0..<policies.count {
      let policy = policies.pointer(at: place)
      if let deny = policy.pointee.denies.first(like: isWanted) {
        return StatementReference(deny, of: policy.pointee.file)
      }
    }
    return nil
  }

  /// The first Allow, in the order of policies, that is like that.
  @inline(__always) func firstAllow(like isWanted: (UnsafePointer<IndexedStatement>) -> Bool) -> StatementReference? {
    for place in 0..<policies.count {
      let policy = policies.pointer(at: place)
      if let allow = policy.pointee.allows.first(like: isWanted) {
        return StatementReference(allow, of: policy.pointee.file)
      }
    }
    return nil
  }
}
