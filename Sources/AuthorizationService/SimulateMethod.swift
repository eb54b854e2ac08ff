// Simulate: one question, judged by policies that are not installed. Nothing comes into force and nothing is recorded.

import Authorization
import CCountersign
import NIOCore
import PolicyLanguage
import RemoteProcedureCall

extension AuthorizationService {
  /// Most files laid over the directory. What they may hold in all is bounded by the size of a message.
  static let mostSimulatedFiles = 1_000
  static let mostOverriddenKeys = 1_000
  /// Over all keys.
  static let mostOverriddenValues = 10_000

  func simulate(_ bytes: UnsafeRawBufferPointer, _ call: Call) {
    let simulation: Simulation
    do throws(Status) {
      simulation = try decodeSimulation(bytes)
    } catch {
      return call.finish(error)
    }
    let requestID = simulation.request.requestID
    let bound = NIOLoopBound(call, eventLoop: call.eventLoop)
    call.eventLoop.makeFutureWithTask { [simulator] in await simulator.decide(simulation) }
      .assumeIsolated()
      .whenSuccess { result in
        switch result {
        case .success(let decision):
          reply(to: bound.value, Answer(decision: decision.view, keeper: decision, eventID: nil, requestID: requestID))
        case .failure(let status): bound.value.finish(status)
        }
      }
  }

  private func reply(to call: Call, _ answer: Answer) {
    do throws(Status) {
      let arena = try MessageArena()
      UnaryPlace(call: call).give(answer, arena)
    } catch {
      call.finish(error)
    }
  }

  func decodeSimulation(_ bytes: UnsafeRawBufferPointer) throws(Status) -> Simulation {
    let arena = try MessageArena()
    let message = try arena.unpack(bytes, with: countersign__simulate_request__unpack).pointee
    guard let request = message.request else { throw Status(.invalidArgument, "request is missing") }
    // It is judged later, on another thread.
    let reader = FieldReader(copies: true)
    var simulation = Simulation(request: try reader.request(request), files: [:])
    guard message.n_files <= Self.mostSimulatedFiles else {
      throw Status(
        .invalidArgument, "files has \(message.n_files) entries, expected at most \(Self.mostSimulatedFiles)")
    }
    let files = try reader.pairs(message.files, message.n_files, "files", valuesAtMost: .max) {
      ($0.pointee.key, $0.pointee.value)
    }
    for file in files {
      simulation.files.updateValue(file.value.isEmpty ? nil : Array(file.value.utf8), forKey: file.key)
    }
    simulation.request.contextOverrides = try overrides(message, reader)
    return simulation
  }

  private func overrides(
    _ message: Countersign__SimulateRequest, _ reader: FieldReader
  ) throws(Status) -> [ContextOverride] {
    guard message.n_context_overrides <= Self.mostOverriddenKeys else {
      throw Status(
        .invalidArgument,
        "context_overrides has \(message.n_context_overrides) keys, expected at most \(Self.mostOverriddenKeys)")
    }
    var overrides: [ContextOverride] = []
    var count = 0
    for index in 0..<message.n_context_overrides {
      let entry = message.context_overrides[index]!.pointee
      let key = try reader.text(entry.key, "context_overrides")
      guard let values = entry.value?.pointee.values?.pointee else {
        overrides.append(ContextOverride(key: key, values: nil))
        continue
      }
      count += values.n_values
      guard count <= Self.mostOverriddenValues else {
        throw Status(
          .invalidArgument, "context_overrides has more than \(Self.mostOverriddenValues) values")
      }
      let wireValues = try reader.texts(values.values, values.n_values, "context_overrides")
      overrides.append(ContextOverride(key: key, values: ContextValues(wireValues: wireValues, key: key)))
    }
    // Names of condition keys ignore case (C-1).
    try refuseRepeated(overrides.map(\.key.lowercased), "context_overrides")
    return overrides
  }
}
