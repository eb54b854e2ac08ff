// Compiles the policies of one load: side by side, because questions jump from one to the other, and because memory asked
// for policy by policy would lie between all that parsing asks for and gives back.
//
// That memory is given back when the last policy compiled into it is let go. So each load begins anew: of the memory of an
// old one no more is kept than that load needed.

import PolicyLanguage
import Synchronization

public final class PolicyCompiler: Sendable {
  /// One for each thread that has compiled at the same time as others.
  private let idle = Mutex<[ArenaOwner]>([])

  public init() {}

  /// May be called on several threads at a time.
  public func compile(_ document: PolicyDocument) -> CompiledPolicy {
    let memory = idle.withLock { $0.popLast() } ?? ArenaOwner(capacity: 4 << 10)
    defer { idle.withLock { $0.append(memory) } }
    return CompiledPolicy(document, in: memory)
  }

  /// What is compiled from now on lies apart from what has been.
  public func endLoad() { idle.withLock { $0 = [] } }
}
