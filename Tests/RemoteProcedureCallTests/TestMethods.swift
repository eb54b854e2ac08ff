// The methods that the tests call.

import NIOCore
import Synchronization

@testable import RemoteProcedureCall

enum TestMethods {
  static let all: [RemoteProcedureCall.Method] = [
    Method(path: "/test.T/Echo", kind: .unary { message, call in call.send(copying: message) }),
    Method(
      path: "/test.T/Later",
      kind: .unary { message, call in
        let copy = Array(message)
        let bound = NIOLoopBound(call, eventLoop: call.eventLoop)
        call.eventLoop.scheduleTask(in: .milliseconds(10)) {
          copy.withUnsafeBytes { bound.value.send(copying: $0) }
        }
      }),
    Method(path: "/test.T/Never", kind: .unary { _, _ in }),
    Method(path: "/test.T/Fail", kind: .unary { _, call in call.finish(Status(.notFound, "50% “nothing”\n")) }),
    Method(
      path: "/test.T/Big",
      kind: .unary { _, call in call.reply(size: 100_000) { $0.initializeMemory(as: UInt8.self, repeating: 1) } }),
    Method(path: "/test.T/Bidi", kind: .streaming { EchoHandler($0) }),
    Method(path: "/test.T/Flood", kind: .streaming { FloodHandler($0) }),
  ]
}

extension Call {
  func send(copying message: UnsafeRawBufferPointer) {
    reply(size: message.count) { $0.copyMemory(from: message) }
  }
}

/// Sends each message back.
final class EchoHandler: StreamHandler {
  let call: Call
  init(_ call: Call) { self.call = call }
  func received(_ message: UnsafeRawBufferPointer) {
    _ = call.send(size: message.count) { $0.copyMemory(from: message) }
  }
  func receivedEnd() { call.finish(.ok) }
  func cancelled() {}
  func writable() {}
}

/// Sends 200 messages of 10,000 bytes as fast as the client takes them.
final class FloodHandler: StreamHandler {
  let call: Call
  var left = 200
  init(_ call: Call) { self.call = call }
  func received(_ message: UnsafeRawBufferPointer) { writable() }
  func receivedEnd() {}
  func cancelled() {}
  func writable() {
    while left > 0 {
      left -= 1
      let byte = UInt8(left)
      if !call.send(size: 10_000, write: { $0.initializeMemory(as: UInt8.self, repeating: byte) }) { return }
    }
    call.finish(.ok)
  }
}

/// Notes what happens to it.
final class RecordingHandler: StreamHandler {
  enum Event: Equatable {
    case message([UInt8])
    case end
    case cancelled
    case writable
  }
  final class Record: @unchecked Sendable {
    // INVARIANT: used on the one thread of an embedded loop only.
    var events: [Event] = []
    var calls: [Call] = []
  }
  let record: Record
  init(_ record: Record, _ call: Call) {
    self.record = record
    record.calls.append(call)
  }
  static func method(_ record: Record) -> RemoteProcedureCall.Method {
    Method(path: "/test.T/Record", kind: .streaming { RecordingHandler(record, $0) })
  }
  static func unary(_ record: Record) -> RemoteProcedureCall.Method {
    Method(
      path: "/test.T/Keep",
      kind: .unary { message, call in
        record.events.append(.message(Array(message)))
        record.calls.append(call)
      })
  }
  func received(_ message: UnsafeRawBufferPointer) { record.events.append(.message(Array(message))) }
  func receivedEnd() { record.events.append(.end) }
  func cancelled() { record.events.append(.cancelled) }
  func writable() { record.events.append(.writable) }
}
