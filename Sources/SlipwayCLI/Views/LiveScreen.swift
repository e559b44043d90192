import Foundation
import Slipway
import SlipwayBase
import SlipwayEngine
import SlipwayModel

/// Draws the board over itself on standard error, at most ten times a second.
final class LiveScreen: Display {
    private struct Contents {
        var board: Board
        var linesDrawn = 0
        var isEnded = false
    }

    private let console: Console
    private let time: @Sendable (String) -> any TimeSource
    private let contents: Locked<Contents>
    private let drawing = Locked<Task<Void, Never>?>(nil)

    /// Shows the cursor again; safe to write at any moment.
    static let cursorShown = "\u{1B}[?25h"
    private static let cursorHidden = "\u{1B}[?25l"

    init(_ board: Board, console: Console, time: @escaping @Sendable (String) -> any TimeSource) {
        (self.console, self.time) = (console, time)
        contents = Locked(Contents(board: board))
    }

    func begin() {
        console.err(Self.cursorHidden)
        drawing.withLock { drawing in
            drawing = Task { [weak self] in
                while !Task.isCancelled {
                    self?.draw()
                    try? await Task.sleep(for: .milliseconds(100))
                }
            }
        }
    }

    func show(_ update: Update) { contents.withLock { $0.board.take(update) } }
    func show(_ phase: Board.Row.Phase, of target: String) {
        let now = time(target).now
        contents.withLock { $0.board.set(phase, of: target, at: now) }
    }

    func remark(_ text: String) {
        contents.withLock { contents in
            let (width, _) = console.terminal.size()
            console.err(Self.erasing(contents.linesDrawn) + text.cut(to: width) + "\u{1B}[K\n")
            contents.linesDrawn = 0
        }
        draw()
    }

    func end() async {
        let task = drawing.withLock { $0 }
        task?.cancel()
        await task?.value
        draw()
        contents.withLock { $0.isEnded = true }
        console.err(Self.cursorShown)
    }

    private func draw() {
        contents.withLock { contents in
            guard !contents.isEnded else { return }
            for index in contents.board.rows.indices where !contents.board.rows[index].isOver {
                contents.board.rows[index].now = time(contents.board.rows[index].target).now
            }
            let (width, height) = console.terminal.size()
            let style = Style(isColoured: console.terminal.colours.err)
            let view = LiveView(width: width, height: height, style: style, isUnicode: console.terminal.isUnicode)
            let lines = view.render(contents.board)
            console.err(Self.erasing(contents.linesDrawn) + lines.map { $0 + "\u{1B}[K\n" }.joined() + "\u{1B}[J")
            contents.linesDrawn = lines.count
        }
    }

    private static func erasing(_ lines: Int) -> String { lines > 0 ? "\u{1B}[\(lines)A\r" : "" }
}
