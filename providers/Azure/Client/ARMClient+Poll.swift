internal import HTTPTypes
internal import SlipwayBase
internal import SlipwayHTTP

extension ARMClient {
    /// Looks once how `operation` stands; an operation that failed is thrown as what it means.
    ///
    /// What may pass (no answer, too many requests, a failure or a page of whatever stands in front) says nothing about
    /// the operation, so it still runs. An operation that nobody knows any more is `absent`: what came of it is read
    /// from the resource.
    public func poll(_ operation: ARMOperation) async throws(AzureFailure) -> ARMProgress {
        switch try await look(operation) {
        case .nothing(let later): return .running(later)
        case .answer(let response):
            switch operation.way {
            case .asyncOperation(_, let final): return try await status(operation, response, final: final)
            case .location: return try location(operation, response)
            case .provisioningState: return try resource(operation, response)
            }
        }
    }

    /// What one look brought.
    private enum Look {
        /// A success, to be read.
        case answer(Response)
        /// Nothing that says how the operation stands: look again with this one.
        case nothing(ARMOperation)
    }

    private func look(_ operation: ARMOperation) async throws(AzureFailure) -> Look {
        let url =
            switch operation.way {
            case .asyncOperation(let url, _), .location(let url), .provisioningState(let url): url
            }
        return try await look(operation, at: url)
    }

    private func look(_ operation: ARMOperation, at url: String) async throws(AzureFailure) -> Look {
        // Whoever made the operation checked its address; what is sent with credentials is checked where it is sent.
        let place = try place(of: url, call: operation.call, kind: .unreadable)
        let response: Response
        do throws(HTTPFailure) {
            response = try await transport.send(Request(.get, place.origin, place.target))
        } catch {
            guard error.reach == .unsent || error.reach == .unanswered else {
                throw AzureFailure(error, call: operation.call).ofOperation
            }
            return .nothing(operation)
        }
        if response.isSuccess { return .answer(response) }
        guard [408, 429].contains(response.status) || response.status >= 500 else {
            throw AzureFailure(response, call: operation.call).ofOperation
        }
        return .nothing(operation.waiting(wait(response, else: operation.wait)))
    }

    // MARK: - The three ways

    private func status(
        _ operation: ARMOperation,
        _ response: Response,
        final: String?
    ) async throws(AzureFailure) -> ARMProgress {
        var next = operation.waiting(wait(response, else: operation.wait))
        if let link = response.headers[.asyncOperation] {
            next.way = .asyncOperation(url: try address(link, call: operation.call), final: final)
        }
        guard let body = response.json else {
            throw AzureFailure.unreadable(response, call: operation.call, because: "it is no JSON document")
        }
        guard let word = body["status"]?.string else {
            if response.status == 202 { return .running(next) }
            throw AzureFailure.unreadable(response, call: operation.call, because: "it has no status")
        }
        let state = ARMState(word)
        guard !state.isFailure else { throw .ended(state, body, call: operation.call, status: response.status) }
        guard state == .succeeded else { return .running(next) }
        guard let final else { return .succeeded(body["properties"] ?? .null) }
        return try await finish(next, at: final)
    }

    /// Reads what a successful operation made; what may pass there is asked for again, status and all.
    private func finish(_ operation: ARMOperation, at url: String) async throws(AzureFailure) -> ARMProgress {
        let found: Look
        do throws(AzureFailure) { found = try await look(operation, at: url) } catch {
            // It has succeeded all the same, and nothing is left to tell of.
            guard error.kind == .absent else { throw error }
            return .succeeded(.null)
        }
        switch found {
        case .nothing(let later): return .running(later)
        case .answer(let response):
            guard let body = response.json else {
                throw AzureFailure.unreadable(response, call: operation.call, because: "it is no JSON document")
            }
            return response.status == 202 ? .running(operation) : .succeeded(body)
        }
    }

    private func location(_ operation: ARMOperation, _ response: Response) throws(AzureFailure) -> ARMProgress {
        guard response.status != 202 else {
            var next = operation.waiting(wait(response, else: operation.wait))
            if let link = response.headers[.location] {
                next.way = .location(url: try address(link, call: operation.call))
            }
            return .running(next)
        }
        guard let body = response.json else {
            throw AzureFailure.unreadable(response, call: operation.call, because: "it is no JSON document")
        }
        // Some providers answer here as at Azure-AsyncOperation, failure and all.
        let state = body["error"]?.object == nil ? ARMState(resource: body) : ARMState(body["status"]?.string ?? "")
        guard !state.isFailure else { throw .ended(state, body, call: operation.call, status: response.status) }
        return .succeeded(body)
    }

    private func resource(_ operation: ARMOperation, _ response: Response) throws(AzureFailure) -> ARMProgress {
        guard let body = response.json else {
            throw AzureFailure.unreadable(response, call: operation.call, because: "it is no JSON document")
        }
        let state = ARMState(resource: body)
        guard !state.isFailure else { throw .ended(state, body, call: operation.call, status: response.status) }
        guard state == .succeeded, response.status != 202 else {
            return .running(operation.waiting(wait(response, else: operation.wait)))
        }
        return .succeeded(body)
    }
}

extension ARMOperation {
    /// The same operation with another wait.
    fileprivate func waiting(_ wait: Duration) -> Self {
        var operation = self
        operation.wait = wait
        return operation
    }
}

extension AzureFailure {
    /// The same failure as the end of something that was begun: the resource tells what was done.
    fileprivate var ofOperation: Self {
        var failure = self
        failure.mayHaveTakenEffect = true
        return failure
    }
}
