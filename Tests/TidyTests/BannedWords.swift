/// Words that must not stand in library code, each with what to use instead.
struct BannedWord: Sendable {
    /// The text that is looked for in code; comments and strings do not count.
    let word: String
    /// What to use instead.
    let instead: String
    /// Where it may stand all the same: a file, or a folder that ends in `/`, and why.
    ///
    /// This list only shrinks: a file that is there and no longer needs its place here is a finding too.
    let allowed: [String: String]

    init(_ word: String, instead: String, allowed: [String: String] = [:]) {
        (self.word, self.instead, self.allowed) = (word, instead, allowed)
    }

    /// What talks to a person or a terminal, and the programs that measure.
    static let programs = [
        "Sources/SlipwayCLI/": "the composition root and its output", "Sources/SlipwayBench/": "a measuring program",
        "mocks/FaultsTool/": "a program that prints its result",
        "mocks/Sandbox/Sources/SandboxTool/": "a program: its clock, its chance and its output",
    ]

    static let all: [BannedWord] = [
        BannedWord("Date()", instead: "a TimeSource that is passed in", allowed: programs),
        BannedWord(
            "ProcessInfo",
            instead: "a closure or value that is passed in",
            allowed: programs + [
                "Sources/Slipway/Toolkit+Live.swift": "the composition root: environment and process id",
                "Sources/Slipway/Toolkit+Offline.swift": "the composition root: environment and process id",
            ]
        ),
        BannedWord(
            "getenv(",
            instead: "a closure or value that is passed in",
            allowed: programs + ["Sources/SlipwayAccess/LiveAccess.swift": "the adapter to this machine"]
        ),
        BannedWord(
            ".random(",
            instead: "a RandomSource that is passed in",
            allowed: programs + ["Sources/Slipway/SystemTime.swift": "the real RandomSource"]
        ),
        BannedWord("SystemRandomNumberGenerator", instead: "a RandomSource that is passed in", allowed: programs),
        BannedWord("UUID()", instead: "a key derived from what it names", allowed: programs),
        BannedWord(
            "Task.sleep",
            instead: "TimeSource.sleep",
            allowed: programs + ["Sources/Slipway/SystemTime.swift": "the real TimeSource"]
        ),
        BannedWord("usleep(", instead: "TimeSource.sleep", allowed: programs),
        BannedWord("Thread.sleep", instead: "TimeSource.sleep", allowed: programs),
        BannedWord("DispatchQueue", instead: "structured concurrency"),
        BannedWord("print(", instead: "a logger, or a returned value", allowed: programs),
        BannedWord("NSLog(", instead: "a logger"),
        BannedWord("try!", instead: "try with a typed error"),
        BannedWord("as!", instead: "as? and an error"),
        BannedWord("fatalError(", instead: "a thrown error, or precondition with the broken promise"),
        BannedWord("URLSession", instead: "SlipwayHTTP.Transport"),
    ]

    /// Where the word stands without being allowed, and allowances that are no longer needed.
    func findings(in files: [SourceFile]) -> [String] {
        var unused = Set(allowed.keys).intersection(files.map(\.path))
        var findings: [String] = []
        for file in files where file.isLibraryCode {
            let isAllowed = allowed.keys.contains { $0 == file.path || ($0.hasSuffix("/") && file.path.hasPrefix($0)) }
            for index in file.code.indices where stands(in: file.code[index]) {
                unused.remove(file.path)
                if !isAllowed { findings.append("\(file.place(index)) says \(word): use \(instead)") }
            }
        }
        return findings + unused.sorted().map { "\($0) no longer says \(word): take it off the list of allowed files" }
    }

    /// Whether the word stands in the line, and not as the end of a longer name.
    private func stands(in line: String) -> Bool {
        guard line.utf8.count >= word.utf8.count else { return false }
        var rest = line[...]
        while let found = rest.firstRange(of: word) {
            let before = found.lowerBound > line.startIndex ? line[line.index(before: found.lowerBound)] : " "
            let isWhole = !(before.isLetter || before.isNumber || before == "_" || before == ".")
            if isWhole || word.hasPrefix(".") { return true }
            rest = rest[found.upperBound...]
        }
        return false
    }
}

private func + (left: [String: String], right: [String: String]) -> [String: String] {
    left.merging(right) { $1 }
}

/// Names of types that say nothing about what the type is.
enum BannedNames {
    static let suffixes = ["Manager", "Helper", "Service", "Util", "Utils", "Utility"]
    /// The platforms' own objects.
    static let allowed: Set<Substring> = ["Service", "SeedService", "KubernetesService", "AppService"]

    /// Types, in tests as well, whose name ends in such a word.
    static func findings(in files: [SourceFile]) -> [String] {
        files.flatMap { file in
            file.code.indices.compactMap { index -> String? in
                guard let name = declaredType(file.code[index]), !allowed.contains(name),
                    let suffix = suffixes.first(where: { name.hasSuffix($0) })
                else { return nil }
                return "\(file.place(index)) names a type \(name): say what it is instead of \(suffix)"
            }
        }
    }

    private static func declaredType(_ line: String) -> Substring? {
        let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
        let keywords: Set<Substring> = ["struct", "class", "enum", "actor", "protocol", "typealias", "extension"]
        guard let index = words.firstIndex(where: keywords.contains), index + 1 < words.count else { return nil }
        return words[index + 1]
    }
}
