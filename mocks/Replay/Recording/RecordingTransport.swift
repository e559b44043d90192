internal import HTTPTypes
internal import SlipwayBase
internal import SlipwayHTTP

/// The one place where requests are played, sent and kept.
struct RecordingTransport: Transport {
    let session: CassetteSession
    let live: any Transport

    func send(_ request: Request) async throws(HTTPFailure) -> Response {
        switch session.way {
        case .recording: return try await record(request)
        case .comparing: return try await compare(request)
        case .playing, .adding:
            let recorded: RecordedRequest
            do throws(InputFailure) { recorded = try session.playback.recorded(request) } catch {
                throw HTTPFailure(.refused, error.description)
            }
            if let outcome = session.playback.take(recorded) {
                return try await outcome.answer(to: request, session.time)
            }
            guard session.way == .adding else {
                throw HTTPFailure(.refused, session.playback.miss(recorded).description)
            }
            return try await record(request)
        }
    }

    private func record(_ request: Request) async throws(HTTPFailure) -> Response {
        let kept: RecordedRequest
        do throws(InputFailure) { kept = try RecordedRequest(request, matched: session.matchedHeaders) } catch {
            throw HTTPFailure(.refused, error.description)
        }
        let index = session.begin(kept)
        let start = session.time.now
        do throws(HTTPFailure) {
            let response = try await live.send(request)
            let after = max(session.time.now - start, .zero)
            guard let stream = response.stream else {
                session.keep(.response(RecordedResponse(response, to: request, after: after)), at: index)
                return response
            }
            var watched = response
            watched.stream = watch(stream, RecordedResponse(response, to: request, after: after), index, start)
            return watched
        } catch {
            session.keep(.failure(error), at: index)
            throw error
        }
    }

    /// The stream as it comes, each piece kept with its time; a stream that nobody reads to its end is kept so far.
    private func watch(
        _ stream: BodyStream,
        _ head: RecordedResponse,
        _ index: Int,
        _ start: Timestamp
    ) -> BodyStream {
        let (session, pieces) = (session, Locked<[RecordedResponse.Frame]>([]))
        let keep: @Sendable (RecordedResponse.StreamEnd?) -> Void = { end in
            var response = head
            response.content = .frames(pieces.withLock { $0 }, ended: end)
            session.keep(.response(response), at: index)
        }
        keep(nil)
        let iterator = Locked(stream.makeAsyncIterator())
        return BodyStream { () async throws(HTTPFailure) in
            var next = iterator.withLock { $0 }
            let piece: [UInt8]?
            do throws(HTTPFailure) { piece = try await next.next() } catch {
                keep(RecordedResponse.StreamEnd(at: session.time.now - start, broken: error.reason))
                throw error
            }
            let at = max(session.time.now - start, .zero)
            if let piece { pieces.withLock { $0.append(RecordedResponse.Frame(at: at, bytes: piece)) } }
            keep(piece == nil ? RecordedResponse.StreamEnd(at: at) : nil)
            return piece
        }
    }

    private func compare(_ request: Request) async throws(HTTPFailure) -> Response {
        let recorded = try? session.playback.recorded(request)
        let response = try await live.send(request)
        guard let recorded, response.stream == nil else { return response }
        guard let (place, outcome) = session.playback.takeAsRecorded(recorded) else {
            _ = session.playback.miss(recorded)
            return response
        }
        let answer = RecordedResponse(response, to: request, after: .zero)
        let live = session.playback.standIns(
            in: Interaction(id: "", title: "", request: recorded, outcome: .response(answer))
        )
        let changes = CassetteDrift.changes(from: outcome, to: live.outcome)
        if !changes.isEmpty { session.note(CassetteDrift(place: place, changes: changes)) }
        return response
    }
}

extension RecordedResponse {
    /// What is kept of `response`: headers that clients act on, and the whole body.
    fileprivate init(_ response: Response, to request: Request, after: Duration) {
        let kept = response.headers.filter { field in
            let name = field.name.canonicalName
            if name == "content-length" { return request.method == .head }
            return !Self.noise.contains(name) && !name.hasPrefix("x-kubernetes-pf-")
        }
        let body = response.body.isEmpty ? nil : RecordedBody(response.body)
        self.init(status: response.status, headers: HTTPFields(kept), content: .whole(body), after: after)
    }

    /// Headers that no client acts on, or that are not true of what is kept: bodies are kept decoded.
    static let noise: Set<String> = [
        "date", "connection", "keep-alive", "transfer-encoding", "content-encoding", "server", "via", "vary", "age",
        "x-powered-by", "strict-transport-security", "x-content-type-options", "cache-control", "pragma", "expires",
        "alt-svc", "audit-id", "x-cache", "x-amz-id-2", "x-amz-request-id", "x-amzn-requestid", "x-ms-request-id",
        "x-ms-correlation-request-id", "x-ms-routing-request-id", "x-ms-client-request-id", "x-aspnet-version",
        "x-msedge-ref", "x-frame-options", "x-ms-ratelimit-remaining-subscription-reads",
        "x-ms-ratelimit-remaining-subscription-writes", "x-ms-ratelimit-remaining-subscription-global-reads",
        "x-ms-ratelimit-remaining-subscription-global-writes",
    ]
}
