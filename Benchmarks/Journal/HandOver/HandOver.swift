// journal-hand-over: what recording a decision takes on the thread that decides, in CPU time of that thread.
//
//     journal-hand-over [ROUNDS]
//
// Prints `{"away": N, "recorded": N}`, nanoseconds for a cross-account decision with two entries: best-effort with no
// journald there, and required with a socket whose owner takes everything. In the second the thread does what an event
// loop does, one decision after the other with its deliveries in between, so waiting for the writer is not in it.

import Authorization
import DecisionJournal
import Glibc
import PolicyLanguage
import Synchronization

@main
struct HandOver {
  static func main() throws {
    let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 200
    let folder = "/tmp/journal-hand-over-\(getpid())"
    mkdir(folder, 0o700)
    defer { rmdir(folder) }
    let away = try nanoseconds(rounds, mode: .bestEffort, path: "\(folder)/none")
    let sink = Sink(path: "\(folder)/socket")
    let recorded = try nanoseconds(rounds, mode: .required, path: sink.path)
    sink.close()
    print("{\"away\": \(away), \"recorded\": \(recorded)}")
  }

  /// The median of the rounds.
  private static func nanoseconds(_ rounds: Int, mode: AuditMode, path: String) throws -> Int {
    let decisionsPerRound = 100
    var configuration = DecisionJournal.Configuration()
    configuration.mode = mode
    configuration.socketPath = path
    let journal = try DecisionJournal(configuration: configuration)
    let told = Told()
    let recorder = journal.makeRecorder { told.mustDeliver.store(true, ordering: .releasing) }
    // The writer has looked whether somebody is there by then.
    usleep(50_000)
    let request = sampleRequest()
    let peer = RecordedPeer(userID: 1_000, processID: 4_242)
    var times: [Int] = []
    var waiting = 0
    for _ in 0..<rounds {
      var time = 0
      let start = threadNanoseconds()
      for _ in 0..<decisionsPerRound {
        withUnsafePointer(to: request) { request in
          withSampleDecision { decision in
            let known = recorder.record(decision, of: request, eventID: recorder.makeEventID(), peer: peer) {
              { _ in waiting -= 1 }
            }
            if known == nil { waiting += 1 }
          }
        }
      }
      time += threadNanoseconds() - start
      while waiting > 0 {
        while !told.mustDeliver.exchange(false, ordering: .acquiringAndReleasing) { sched_yield() }
        let start = threadNanoseconds()
        recorder.deliver()
        time += threadNanoseconds() - start
      }
      times.append(time / decisionsPerRound)
    }
    let statistics = journal.statistics
    journal.close()
    let entries = UInt64(2 * rounds * decisionsPerRound)
    guard (mode == .required ? statistics.writtenEntries : statistics.droppedEntries) == entries else {
      print("not every decision went the way that is measured: \(statistics)")
      exit(1)
    }
    return times.sorted()[times.count / 2]
  }

  private static func threadNanoseconds() -> Int {
    var now = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now)
    return now.tv_sec * 1_000_000_000 + now.tv_nsec
  }

  private static let key: Text = "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  private static let role: Text = "arn:aws:iam::444455556666:role/ExampleRole"

  private static func sampleRequest() -> AuthorizationRequest {
    AuthorizationRequest(principal: role, operation: "kms:Decrypt", resource: key)
  }

  /// Calls back with a decision as the engine makes them.
  private static func withSampleDecision(_ body: (UnsafePointer<DecisionView>) -> Void) {
    func side(_ account: BorrowedText, _ statement: UnsafePointer<StatementReference>) -> SideFinding {
      SideFinding(account: account, outcome: .allow, reason: .allowed, statements: Run(statement, count: 1))
    }
    let ofOwner = StatementReference(
      file: "accounts/111122223333/keys/us-west-2/1234abcd-12ab-34cd-56ef-1234567890ab/policy.json",
      sid: "AllowUseOfTheKey", index: 0, line: 4, effect: .allow)
    let ofCaller = StatementReference(
      file: "accounts/444455556666/roles/ExampleRole/policies/use-external-key.json",
      sid: "AllowUseOfKeyInAccount111122223333", index: 0, line: 4, effect: .allow)
    withUnsafePointer(to: ofOwner) { ofOwner in
      withUnsafePointer(to: ofCaller) { ofCaller in
        let decision = DecisionView(
          outcome: .allow, denial: nil, reason: .allowed, callerAccount: "444455556666",
          ownerAccount: "111122223333", owner: side("111122223333", ofOwner), caller: side("444455556666", ofCaller),
          legs: Run(), keyARN: BorrowedText(key), resource: BorrowedText(key), region: "us-west-2",
          reducedPrincipal: BorrowedText(role),
          revision: "1b04e91efc01ab88cb6db10384715425bfd96a811f708152ef32e080fa126a94")
        withUnsafePointer(to: decision, body)
      }
    }
  }
}

private final class Told: Sendable {
  let mustDeliver = Atomic<Bool>(false)
}

/// A socket in journald's place, whose owner takes everything and looks at nothing.
private struct Sink {
  let path: String
  private let descriptor: Int32

  init(path: String) {
    self.path = path
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard bound == 0 else {
      perror(path)
      exit(1)
    }
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { argument in
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        // No recv ever returns 0 but of the socket's shutdown: an entry has bytes.
        while recv(Int32(Int(bitPattern: argument)), &bytes, bytes.count, 0) > 0 {}
        return nil
      }, UnsafeMutableRawPointer(bitPattern: Int(descriptor)))
    pthread_detach(thread)
  }

  func close() {
    shutdown(descriptor, Int32(SHUT_RDWR))
    unlink(path)
  }
}
