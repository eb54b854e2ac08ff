// GetStatus: which policies are in force, what is wrong with those on disk, and how recording goes.

import CCountersign
import DecisionJournal
import NIOCore
import PolicyLanguage
import RemoteProcedureCall

extension AuthorizationService {
  func getStatus(_ bytes: UnsafeRawBufferPointer, _ call: Call) {
    do throws(Status) {
      let arena = try MessageArena()
      _ = try arena.unpack(bytes, with: countersign__get_status_request__unpack)
    } catch {
      return call.finish(error)
    }
    let bound = NIOLoopBound(call, eventLoop: call.eventLoop)
    call.eventLoop.makeFutureWithTask { [reloader, states] in
      (await reloader.report, try await states.counts())
    }
    .assumeIsolated()
    .whenComplete { result in
      let call = bound.value
      do throws(Status) {
        guard case .success(let (report, counts)) = result else { throw Status(.unavailable, "shutting down") }
        try replyWithStatus(call, report: report, counts: counts)
      } catch {
        call.finish(error)
      }
    }
  }

  private func replyWithStatus(
    _ call: Call, report: PolicyReloader.Report, counts: DecisionCounts
  ) throws(Status) {
    let arena = try MessageArena()
    let response = try arena.make(countersign__get_status_response__init)
    response.pointee.version = try arena.bytes(Array(version.utf8))
    response.pointee.started_at = startedAt.seconds
    response.pointee.policies = try arena.bytes(Array(reloader.directory.utf8))
    if let inForce = report.inForce {
      response.pointee.revision = try arena.bytes(inForce.index.revision.utf8)
      response.pointee.loaded_at = inForce.loadedAt.seconds
      let size = try arena.make(countersign__policy_set_size__init)
      size.pointee.accounts = UInt32(clamping: inForce.counts.accounts)
      size.pointee.keys = UInt32(clamping: inForce.counts.keys)
      size.pointee.users = UInt32(clamping: inForce.counts.users)
      size.pointee.roles = UInt32(clamping: inForce.counts.roles)
      size.pointee.documents = UInt32(clamping: inForce.counts.documents)
      response.pointee.policy_set = size
    }
    let errors = report.errors.prefix(Self.mostErrorsShown)
    let lines = try arena.array(count: errors.count)
    for (index, error) in errors.enumerated() { lines[index] = try arena.bytes(Array("\(error)".utf8)) }
    response.pointee.reload_errors = lines
    response.pointee.n_reload_errors = errors.count
    response.pointee.reload_failed_at = report.failedAt?.seconds ?? 0

    let statistics = journal.statistics
    let audit = try arena.make(countersign__audit_status__init)
    audit.pointee.mode = try arena.bytes(Array(auditMode.rawValue.utf8))
    audit.pointee.written_entries = statistics.writtenEntries
    audit.pointee.dropped_entries = statistics.droppedEntries
    audit.pointee.reachable = statistics.isReachable ? 1 : 0
    audit.pointee.start_id = try arena.bytes(journal.startID.utf8)
    response.pointee.audit = audit

    let decisions = try arena.make(countersign__decision_counts__init)
    decisions.pointee.allowed = counts.allowed
    decisions.pointee.denied = counts.denied
    decisions.pointee.failed = counts.failed
    response.pointee.decisions = decisions

    call.reply(packing: response)
  }

  /// A set can be wrong in thousands of places; the journal has them all.
  static let mostErrorsShown = 100
}
