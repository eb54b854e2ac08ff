// What the watches of one inotify instance are on. There is one for each folder of the tree, so tens of thousands are
// nothing unusual and their paths are kept in one piece.

struct WatchTable {
  /// A folder of the tree, or one on the way to something that a link leads to.
  private struct Watch {
    let number: Int32
    let start: UInt32
    let isBelowRoot: Bool
    let interest: WatchPlan.Interest
  }

  /// In order of their numbers.
  private var watches: [Watch] = []
  /// The directory itself, which the paths of its folders begin with.
  private var root: SystemPath?
  /// Paths of the folders, one after the other; those of the tree below `root`.
  private var paths: [UInt8] = []

  init() {}

  /// - Parameter root: without links; nil when it is not there.
  init(_ wanted: [Int32: (folder: SystemPath, interest: WatchPlan.Interest)], in root: SystemPath?) {
    self.root = root
    watches.reserveCapacity(wanted.count)
    // More than it takes, but what is not written to is not there.
    paths.reserveCapacity(wanted.values.reduce(0) { $0 + $1.folder.bytes.count })
    for (number, watch) in wanted.sorted(by: { $0.key < $1.key }) {
      let start = UInt32(clamping: paths.count)
      let below = root.flatMap { watch.folder.path(below: $0) }
      watches.append(Watch(number: number, start: start, isBelowRoot: below != nil, interest: watch.interest))
      paths += (below ?? watch.folder).bytes
    }
  }

  var numbers: some Sequence<Int32> { watches.lazy.map(\.number) }

  /// Nil for a number of no watch.
  subscript(number: Int32) -> (folder: SystemPath, interest: WatchPlan.Interest)? {
    var (low, high) = (0, watches.count)
    while low < high {
      let middle = (low + high) / 2
      if watches[middle].number < number { low = middle + 1 } else { high = middle }
    }
    guard low < watches.count, watches[low].number == number else { return nil }
    let end = low + 1 < watches.count ? Int(watches[low + 1].start) : paths.count
    let path = SystemPath(bytes: paths[Int(watches[low].start)..<end])
    return (watches[low].isBelowRoot ? root?.appending(path) ?? path : path, watches[low].interest)
  }
}
