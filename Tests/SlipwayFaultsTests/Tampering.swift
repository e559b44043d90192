import HTTPTypes
import SlipwayBase
import SlipwayEngine
import SlipwayHTTP
import SlipwayModel

/// A transport that changes requests or answers on their way: how bugs of a provider are imitated.
struct Tampering: Transport {
    let base: any Transport
    var request: @Sendable (Request) -> Request = { $0 }
    var answer: @Sendable (Request, JSON) -> JSON = { $1 }
    var header: @Sendable (Response) -> Response = { $0 }
    var sendsAgain = false

    func send(_ original: Request) async throws(HTTPFailure) -> Response {
        let changed = request(original)
        var response: Response
        do throws(HTTPFailure) { response = try await base.send(changed) } catch {
            guard sendsAgain, error.mayHaveTakenEffect else { throw error }
            response = try await base.send(changed)
        }
        response = header(response)
        guard response.isSuccess, let body = try? JSON(parsing: response.body) else { return response }
        response.body = answer(original, body).bytes
        return response
    }
}

/// A provider whose answers are changed.
struct Lying: Provider {
    let base: any Provider
    let change: @Sendable (Call, Result<Progress, ProviderFailure>) -> Result<Progress, ProviderFailure>

    func observe() async throws(ProviderFailure) -> Observation { try await base.observe() }
    func outline(_ action: Action, in context: PlanContext) -> [String] { base.outline(action, in: context) }
    func advance(_ call: Call) async throws(ProviderFailure) -> Progress {
        let result: Result<Progress, ProviderFailure>
        do throws(ProviderFailure) { result = .success(try await base.advance(call)) } catch {
            result = .failure(error)
        }
        return try change(call, result).get()
    }
}

/// A journal that keeps only some events, while the engine believes that it kept them all.
struct Forgetful: Journal {
    let base: any Journal
    let keeps: @Sendable (Event) -> Bool

    func append(_ event: Event, at: Timestamp, to run: RunID) async throws(JournalFailure) -> Record {
        guard keeps(event) else {
            let last = try await base.records(of: run, after: 0).last?.sequence ?? 0
            return Record(sequence: last, at: at, event: event)
        }
        return try await base.append(event, at: at, to: run)
    }

    func records(of run: RunID, after sequence: Int) async throws(JournalFailure) -> [Record] {
        try await base.records(of: run, after: sequence)
    }
}

/// A lock that is taken once and then taken for granted.
struct Trusting: TargetLock {
    let base: any TargetLock

    func acquire(holder: String) async throws(LockFailure) -> Int64 { try await base.acquire(holder: holder) }
    func confirm(holder: String, fence: Int64) async throws(LockFailure) -> Timestamp { Timestamp(milliseconds: .max) }
    func probe() async throws(LockFailure) { try await base.probe() }
    func release(holder: String, fence: Int64) async { await base.release(holder: holder, fence: fence) }
}
