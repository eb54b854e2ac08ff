// What an index is built with: its memory, and the compiled policies that it has to keep.

import PolicyDirectory
import PolicyLanguage

final class IndexBuilder {
  let memory = ArenaOwner(capacity: 64 << 10)
  /// For texts that are put together on the way.
  let scratch = ArenaOwner(capacity: 4 << 10)
  private(set) var policies: [CompiledPolicy] = []
  /// For policies that the loader has not compiled.
  private let compiler = PolicyCompiler()

  var arena: Arena { memory.arena }

  func attach(_ file: PolicyFile) -> AttachedPolicy {
    switch file.content {
    case .document(let document): return attach(compiler.compile(document), file: file.path)
    case .compiled(let policy):
      guard let policy = policy as? CompiledPolicy else { return denyingEverything(inPlaceOf: file.path) }
      return attach(policy, file: file.path)
    }
  }

  func list(_ policies: [AttachedPolicy]) -> StatementList { StatementList(arena.run(policies)) }

  /// Stands for a policy that is named but not there: what it would have denied is unknown, so it denies everything.
  /// The loader refuses such a set; this keeps a set that was put together in another way from failing open.
  func denyingEverything(inPlaceOf name: Text) -> AttachedPolicy {
    let statement = Statement(
      index: 0, position: SourcePosition(line: 1, column: 1), effect: .deny,
      action: ActionElement(patterns: [.any]), resource: ResourceElement(patterns: [.any]))
    return attach(CompiledPolicy(PolicyDocument(version: .v2012, statements: [statement])), file: name)
  }

  private func attach(_ policy: CompiledPolicy, file: Text) -> AttachedPolicy {
    policies.append(policy)
    return AttachedPolicy(policy, file: arena.copy(file))
  }
}
