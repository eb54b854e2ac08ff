// One Watch call: the state of a service now, and each change of it until the client leaves or the server drains.

import NIOCore

/// The handler of a `Watch` call. Confined to its connection's event loop.
final class HealthWatcher: StreamHandler {
  private let health: Health
  private let call: Call
  private var isWatching = false
  /// What was sent last.
  private var told: Health.Serving??
  /// What is to be sent once the client reads.
  private var pending: Health.News?
  private var isStalled = false

  init(_ health: Health, _ call: Call) {
    self.health = health
    self.call = call
  }

  func received(_ message: UnsafeRawBufferPointer) {
    guard !isWatching else { return end(Status(.unimplemented, "Watch takes one message, the client sent more")) }
    isWatching = true
    do throws(Status) {
      let name = try Health.service(message, try MessageArena())
      tell(health.watch(name, self, call.eventLoop))
    } catch {
      end(error)
    }
  }

  func receivedEnd() {
    if !isWatching { end(Status(.unimplemented, "Watch takes one message, the client sent none")) }
  }

  func cancelled() {
    health.unwatch(self)
  }

  func writable() {
    isStalled = false
    if let news = pending {
      pending = nil
      tell(news)
    }
  }

  func tell(_ news: Health.News) {
    guard call.isActive else { return }
    if isStalled && !news.isLast {
      pending = news
      return
    }
    do throws(Status) {
      if told != .some(news.serving) {
        told = .some(news.serving)
        isStalled = !call.send(packing: try Health.response(news.serving, try MessageArena()))
      }
      if news.isLast { end(Status(.unavailable, "the server is shutting down")) }
    } catch {
      end(error)
    }
  }

  private func end(_ status: Status) {
    health.unwatch(self)
    call.finish(status)
  }
}
