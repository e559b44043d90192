import HTTPTypes
import SlipwayAzure
import SlipwayBase
import SlipwayHTTP
import SlipwayModel

/// A site or slot with what was read of it.
struct Seen: Hashable, Sendable {
    var place: Place
    var site: Site
    var config: SiteConfig
    var content: Content
}

/// Asks App Service and reads the answers.
struct Cloud: Sendable {
    let calls: AppServiceCalls
    let clients: AppServiceClients
    let kept: Kept
    /// The site container that runs releases, where the config names one.
    let container: String?

    @discardableResult
    func send(_ call: ARMCall) async throws(ProviderFailure) -> ARMReply {
        do throws(AzureFailure) { return try await clients.arm.send(call) } catch { throw ProviderFailure(error) }
    }

    /// What is there; nil when it is not.
    func find(_ call: ARMCall) async throws(ProviderFailure) -> JSON? {
        do throws(AzureFailure) { return try await clients.arm.send(call).body } catch {
            guard error.kind == .absent else { throw ProviderFailure(error) }
            return nil
        }
    }

    func list(_ call: ARMCall) async throws(ProviderFailure) -> [JSON] {
        do throws(AzureFailure) { return try await clients.arm.list(call) } catch { throw ProviderFailure(error) }
    }

    /// The site or slot itself; nil when it is not there.
    func site(_ place: Place) async throws(ProviderFailure) -> Site? {
        guard let json = try await find(calls.site(place)) else { return nil }
        guard let site = AppServiceReplies.site(json) else {
            throw ProviderFailure(.transient, "GET \(place.short): the answer is no site.")
        }
        return site
    }

    func config(_ place: Place) async throws(ProviderFailure) -> SiteConfig {
        guard let config = AppServiceReplies.config(try await send(calls.config(place)).body) else {
            throw ProviderFailure(.transient, "GET \(place.short)/config/web: the answer is no configuration.")
        }
        return config
    }

    /// A site or slot with all that is read of it; nil when it is not there.
    func see(_ place: Place) async throws(ProviderFailure) -> Seen? {
        guard let site = try await site(place) else { return nil }
        let config = try await config(place)
        let content = try await content(place, site, config)
        return Seen(place: place, site: site, config: config, content: content)
    }

    /// The same; throws one sentence when it is not there.
    func need(_ place: Place) async throws(ProviderFailure) -> Seen {
        guard let seen = try await see(place) else {
            throw ProviderFailure(.refused, "\(place.words) is not there any more.")
        }
        return seen
    }

    private func content(_ place: Place, _ site: Site, _ config: SiteConfig) async throws(ProviderFailure) -> Content {
        if config.isComposed { return .composed }
        if config.hasSiteContainers {
            let container = try containerName(place)
            // A slot that was made a moment ago has none yet.
            let image = try await find(calls.container(place, container))?[path: "properties", "image"]?.words ?? ""
            return .image(image)
        }
        if let image = config.image { return .image(image) }
        return try await package(place, site)
    }

    func containerName(_ place: Place) throws(ProviderFailure) -> String {
        guard let container else {
            throw ProviderFailure(
                .refused,
                "\(place.words) runs several site containers; name the one that is released with `container`."
            )
        }
        return container
    }

    /// What was deployed last, and our marker where it belongs to that.
    private func package(_ place: Place, _ site: Site) async throws(ProviderFailure) -> Content {
        let kudu = try kudu(place, site)
        let latest = try await kudu.latest()
        guard let latest else { return .package(deployment: nil, marker: nil) }
        let marker = try await kudu.marker()
        return .package(deployment: latest.id, marker: marker?.deployment == latest.id ? marker : nil)
    }

    func kudu(_ place: Place, _ site: Site) throws(ProviderFailure) -> Kudu {
        guard let host = site.scmHost, let origin = Origin(url: "https://\(host)") else {
            throw ProviderFailure(
                .refused,
                "\(place.words) names no host for deployments (`hostNameSslStates` of the type Repository), "
                    + "so that no zip can be deployed to it."
            )
        }
        return Kudu(place: place, origin: origin, cloud: self)
    }

    /// Asks a site itself; nil when nothing answers.
    func status(of site: Site, _ path: String) async -> Int? {
        guard let host = site.host, let origin = Origin(url: "https://\(host)") else { return nil }
        var request = Request(.get, origin, path, headers: [.userAgent: "slipway"])
        request.bounds.total = .seconds(30)
        request.bounds.responseBytesMax = 1 << 20
        return try? await clients.plain.send(request).status
    }
}
