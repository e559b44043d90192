import HTTPTypes
public import SlipwayBase
public import SlipwayHTTP
public import SlipwaySimulation

// The API servers of clusters.
extension AzureWorld {
    /// The cluster whose API server has this host, and whether it can be reached from here.
    func apiServer(_ host: String) -> Int? {
        clusters.firstIndex { $0.host == host || $0.publicHost == host }
    }

    /// Hands a request on to the Kubernetes of a cluster once its token is found to be good.
    mutating func answerCluster(_ request: Request, _ index: Int) -> Response {
        if let refusal = refusal(request, index) { return refusal }
        return clusters[index].kubernetes.respond(to: request, at: now)
    }

    private func refusal(_ request: Request, _ index: Int) -> Response? {
        let cluster = clusters[index]
        guard cluster.reachableHosts.contains(request.origin.host), !cluster.seed.isStopped else {
            // A world cannot refuse a connection; nothing that speaks Kubernetes answers like this.
            return Response(status: 503, headers: [.contentType: "text/plain"], body: Array("no route to host\n".utf8))
        }
        let field = request.headers[.authorization] ?? ""
        let token = field.lowercased().hasPrefix("bearer ") ? String(field.dropFirst(7)) : ""
        if token == cluster.localToken, !cluster.seed.disablesLocalAccounts { return nil }
        let grant = try? entra.grant(of: request, for: .kubernetes, at: now)
        if cluster.seed.usesEntra, grant != nil { return nil }
        let status: JSON = [
            "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure", "message": "Unauthorized",
            "reason": "Unauthorized", "code": 401,
        ]
        return Response(status: 401, headers: [.contentType: "application/json"], body: status.bytes)
    }

    /// Streams what the Kubernetes of a cluster streams.
    public mutating func openStream(for request: Request, at time: Timestamp) -> OpenedStream<Self>? {
        guard let index = apiServer(request.origin.host) else { return nil }
        advance(to: time)
        guard refusal(request, index) == nil,
            let opened = clusters[index].kubernetes.openStream(for: request, at: time)
        else { return nil }
        return OpenedStream(opened.head, ClusterStream(cluster: clusters[index].seed.name, inner: opened.stream))
    }
}

/// What a cluster goes on telling.
private struct ClusterStream: SimulatedStream {
    var cluster: String
    var inner: any SimulatedStream<KubernetesWorld>

    mutating func next(in world: AzureWorld, mode: WatchMode) -> StreamPiece {
        guard let kubernetes = world.kubernetes(cluster) else { return .end }
        return inner.next(in: kubernetes, mode: mode)
    }
}
