import NIOCore
import SlipwayBase

/// Runs something when its time has come, and costs nothing until then; belongs to one event loop.
final class Alarm {
    private let loop: any EventLoop
    private let pause: @Sendable () -> Duration?
    private let body: @Sendable () -> Void
    private var planned: Scheduled<Void>?

    init(loop: any EventLoop, pause: @escaping @Sendable () -> Duration?, body: @escaping @Sendable () -> Void) {
        (self.loop, self.pause, self.body) = (loop, pause, body)
    }

    /// Forgets when it was to run, and looks again.
    func plan() {
        planned?.cancel()
        planned = nil
        guard let pause = pause() else { return }
        let bound = NIOLoopBound(self, eventLoop: loop)
        planned = loop.scheduleTask(in: .milliseconds(max(pause.milliseconds, 1))) {
            bound.value.body()
            bound.value.plan()
        }
    }
}
