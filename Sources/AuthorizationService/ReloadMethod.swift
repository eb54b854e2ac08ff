// Reload: loads the policy directory anew and answers when every loop decides by it, or with what is wrong.

import CCountersign
import NIOCore
import PolicyLanguage
import RemoteProcedureCall

extension AuthorizationService {
  func reload(_ bytes: UnsafeRawBufferPointer, _ call: Call) {
    do throws(Status) {
      let arena = try MessageArena()
      _ = try arena.unpack(bytes, with: countersign__reload_request__unpack)
      // A reload costs a walk over all files: whoever may only ask questions shall not order one.
      guard call.peer.userID == 0 || call.peer.userID == ownUserID else {
        throw Status(.permissionDenied, "only root and the daemon's own user may reload, not uid \(call.peer.userID)")
      }
    } catch {
      return call.finish(error)
    }
    let bound = NIOLoopBound(call, eventLoop: call.eventLoop)
    call.eventLoop.makeFutureWithTask { [reloader] in await reloader.reload() }
      .assumeIsolated()
      .whenSuccess { outcome in
        let call = bound.value
        switch outcome {
        case .loaded(let policies, let changed):
          replyToReload(call, revision: policies.index.revision, changed: changed)
        case .refused(let diagnostics):
          call.finish(Status(.failedPrecondition, summary(of: diagnostics)))
        }
      }
  }

  private func replyToReload(_ call: Call, revision: Text, changed: Bool) {
    do throws(Status) {
      let arena = try MessageArena()
      let response = try arena.make(countersign__reload_response__init)
      response.pointee.revision = try arena.bytes(revision.utf8)
      response.pointee.changed = changed ? 1 : 0
      call.reply(packing: response)
    } catch {
      call.finish(error)
    }
  }
}

/// As many diagnostics as fit a status message: clients limit the size of trailers, often to 8 KiB in all, and
/// percent-encoding may triple a byte.
func summary(of diagnostics: [Diagnostic]) -> String {
  var text = "the policy set is refused"
  for (index, diagnostic) in diagnostics.enumerated() {
    let line = "\n\(diagnostic)"
    guard text.utf8.count + line.utf8.count <= 2_000 else {
      return text + "\nand \(diagnostics.count - index) more, see the status"
    }
    text += line
  }
  return text
}
