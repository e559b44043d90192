import SlipwayBase
import SlipwayEngine
import SlipwayModel
import Testing

/// Both journals keep the same promises.
@Suite struct RunCatalogTests {
    enum Kind: CaseIterable { case memory, sqlite }
    let folder = TemporaryFolder()

    private func catalog(_ kind: Kind) throws -> any RunCatalog {
        switch kind {
        case .memory: MemoryJournal()
        case .sqlite: try Samples.journal(in: folder)
        }
    }

    private func finish(_ run: RunID, as verdict: Verdict = .deployed, in catalog: any RunCatalog) async throws {
        _ = try await catalog.append(.planned(plan: Samples.plan()), at: Samples.start, to: run)
        _ = try await catalog.append(.finished(verdict: verdict, summary: ""), at: Samples.start, to: run)
    }

    @Test(
        "given a run that never began, when another is opened, then it is not shown and its name is used again",
        arguments: Kind.allCases
    )
    func reclaimed(_ kind: Kind) async throws {
        let catalog = try catalog(kind)
        #expect(try await catalog.open(Samples.newRun(), at: Samples.start) == RunID("seoul-1"))
        #expect(try await catalog.runs(RunQuery()).isEmpty)
        #expect(try await catalog.open(Samples.newRun(), at: Samples.start) == RunID("seoul-1"))
    }

    @Test(
        "given finished runs, when one more is opened, then it counts on for its target alone",
        arguments: Kind.allCases
    )
    func counting(_ kind: Kind) async throws {
        let catalog = try catalog(kind)
        for number in 1...3 {
            let run = try await catalog.open(Samples.newRun(), at: Samples.start)
            #expect(run == RunID("seoul-\(number)"))
            try await finish(run, in: catalog)
        }
        #expect(try await catalog.open(Samples.newRun(target: "tokyo-2"), at: Samples.start) == RunID("tokyo-2-1"))
    }

    @Test(
        "given an unfinished run, when another of its target is opened, then it is refused with what to do",
        arguments: Kind.allCases
    )
    func unfinished(_ kind: Kind) async throws {
        let catalog = try catalog(kind)
        let run = try await catalog.open(Samples.newRun(), at: Samples.start)
        _ = try await catalog.append(.planned(plan: Samples.plan()), at: Samples.start, to: run)
        await #expect(throws: OpenFailure.unfinished(run)) {
            try await catalog.open(Samples.newRun(), at: Samples.start)
        }
        #expect(
            OpenFailure.unfinished(run).description
                == "seoul-1 is unfinished: `slipway resume seoul-1` or `slipway abort seoul-1` it first."
        )
        #expect(try await catalog.open(Samples.newRun(application: "blog"), at: Samples.start) == RunID("seoul-2"))
    }

    @Test(
        "given a run whose end is unknown, when another is opened, then it is refused until that one is carried on",
        arguments: Kind.allCases
    )
    func unknown(_ kind: Kind) async throws {
        let catalog = try catalog(kind)
        let run = try await catalog.open(Samples.newRun(), at: Samples.start)
        try await finish(run, as: .unknown, in: catalog)
        await #expect(throws: OpenFailure.unfinished(run)) {
            try await catalog.open(Samples.newRun(), at: Samples.start)
        }
        var query = RunQuery()
        query.isUnfinished = true
        #expect(try await catalog.runs(query).map(\.id) == [run])
        query.isUnfinished = false
        #expect(try await catalog.runs(query).isEmpty)
        _ = try await catalog.append(.takenUp(holder: "me"), at: Samples.start, to: run)
        _ = try await catalog.append(.finished(verdict: .failed, summary: ""), at: Samples.start, to: run)
        #expect(try await catalog.open(Samples.newRun(), at: Samples.start) == RunID("seoul-2"))
    }

    @Test(
        "given a rehearsed run, when others are opened, then it is kept as such and holds none of them up",
        arguments: Kind.allCases
    )
    func rehearsed(_ kind: Kind) async throws {
        let catalog = try catalog(kind)
        var new = try Samples.newRun()
        new.isRehearsed = true
        for number in 1...2 {
            let run = try await catalog.open(new, at: Samples.start)
            #expect(run == RunID("seoul-\(number)"))
            _ = try await catalog.append(.planned(plan: Samples.plan()), at: Samples.start, to: run)
        }
        let real = try await catalog.open(Samples.newRun(), at: Samples.start)
        _ = try await catalog.append(.planned(plan: Samples.plan()), at: Samples.start, to: real)
        #expect(try await catalog.open(new, at: Samples.start) == RunID("seoul-4"))
        await #expect(throws: OpenFailure.unfinished(real)) {
            try await catalog.open(Samples.newRun(), at: Samples.start)
        }
        var query = RunQuery()
        query.isRehearsed = true
        #expect(try await catalog.runs(query).map(\.run) == [new, new])
        query.isRehearsed = false
        #expect(try await catalog.runs(query).map(\.id) == [real])
    }

    @Test(
        "given a deployed run, when a rollback is asked for, then it is unfinished again until it ends",
        arguments: Kind.allCases
    )
    func reopened(_ kind: Kind) async throws {
        let catalog = try catalog(kind)
        let run = try await catalog.open(Samples.newRun(), at: Samples.start)
        try await finish(run, in: catalog)
        _ = try await catalog.append(.rollbackRequested(reason: "a person asked"), at: Samples.start, to: run)
        var unfinished = RunQuery()
        unfinished.isUnfinished = true
        #expect(try await catalog.runs(unfinished).map(\.id) == [run])
        _ = try await catalog.append(.finished(verdict: .rolledBack, summary: ""), at: Samples.start, to: run)
        #expect(try await catalog.runs(unfinished).isEmpty)
        #expect(try await catalog.runs(RunQuery()).map(\.verdict) == [.rolledBack])
    }

    @Test(
        "given several runs, when they are asked for, then the newest comes first and filters hold",
        arguments: Kind.allCases
    )
    func queries(_ kind: Kind) async throws {
        let catalog = try catalog(kind)
        for (index, target) in ["seoul", "tokyo", "seoul"].enumerated() {
            let at = Samples.start + .seconds(index)
            let run = try await catalog.open(Samples.newRun(target: target), at: at)
            try await finish(run, as: index == 0 ? .failed : .deployed, in: catalog)
        }
        func ids(_ change: (inout RunQuery) -> Void) async throws -> [String] {
            var query = RunQuery()
            change(&query)
            return try await catalog.runs(query).map(\.id.description)
        }
        #expect(try await ids { _ in } == ["seoul-2", "tokyo-1", "seoul-1"])
        #expect(try await ids { $0.limit = 1 } == ["seoul-2"])
        #expect(try await ids { $0.targets = ["seoul"] } == ["seoul-2", "seoul-1"])
        #expect(try await ids { $0.targets = [] } == [])
        #expect(try await ids { $0.verdict = .failed } == ["seoul-1"])
        #expect(try await ids { $0.id = RunID("tokyo-1") } == ["tokyo-1"])
        #expect(try await ids { $0.application = "blog" } == [])
        #expect(try await ids { $0.isUnfinished = false }.count == 3)
    }
}
