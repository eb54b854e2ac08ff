// The daemon's own state on its way in.

import CCountersign
import CProtobufC
import RemoteProcedureCall

extension DaemonStatus {
  init(_ message: Countersign__GetStatusResponse) {
    version = String(message.version)
    startedAt = message.started_at
    policies = String(message.policies)
    revision = String(message.revision)
    loadedAt = message.loaded_at
    reloadErrors = strings(message.reload_errors, message.n_reload_errors)
    reloadFailedAt = message.reload_failed_at
    if let size = message.policy_set?.pointee {
      policySet.accounts = Int(size.accounts)
      policySet.keys = Int(size.keys)
      policySet.users = Int(size.users)
      policySet.roles = Int(size.roles)
      policySet.documents = Int(size.documents)
    }
    if let recording = message.audit?.pointee {
      audit.mode = String(recording.mode)
      audit.writtenEntries = recording.written_entries
      audit.droppedEntries = recording.dropped_entries
      audit.isReachable = recording.reachable != 0
      audit.startID = String(recording.start_id)
    }
    if let counts = message.decisions?.pointee {
      decisions.allowed = counts.allowed
      decisions.denied = counts.denied
      decisions.failed = counts.failed
    }
  }
}
