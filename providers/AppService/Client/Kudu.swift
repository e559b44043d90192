import HTTPTypes
import SlipwayAzure
import SlipwayBase
import SlipwayHTTP
import SlipwayModel
import SlipwaySigning

/// The deployment engine of one site or slot.
///
/// The token goes first; publishing credentials are fetched only when it is turned away and the site's policy allows
/// them, and then stay in memory.
struct Kudu: Sendable {
    let place: Place
    let origin: Origin
    let cloud: Cloud

    /// The newest deployment; nil when there was none, or when it has no number yet.
    func latest() async throws(ProviderFailure) -> KuduDeployment? {
        guard let json = try await read(KuduCalls.latest(origin)) else { return nil }
        return KuduDeployment(json)
    }

    func deployment(_ id: String) async throws(ProviderFailure) -> KuduDeployment? {
        guard let json = try await read(KuduCalls.deployment(id, origin)) else { return nil }
        return KuduDeployment(json)
    }

    func marker() async throws(ProviderFailure) -> Marker? {
        // An answer that broke off must not pass for somebody else's file, which is no marker: it is read once more.
        for _ in 0..<2 {
            let response = try await send(KuduCalls.marker(origin))
            guard response.status != 404 else { return nil }
            if let marker = (try? JSON(parsing: response.body)).flatMap(Marker.init) { return marker }
        }
        return nil
    }

    func write(_ marker: Marker) async throws(ProviderFailure) {
        _ = try await send(KuduCalls.writeMarker(marker, origin))
    }

    /// Deploys a package; gives the number of the deployment where it is told.
    func publish(_ package: ZipPackage) async throws(ProviderFailure) -> String? {
        let response = try await send(KuduCalls.publish(package.slice, type: package.type, to: origin))
        return response.headers[KuduCalls.deploymentID].flatMap { KuduDeployment.isNumber($0) ? $0 : nil }
    }

    /// Why the container does not run, as its log says since `start`; nil when it says nothing or cannot be read.
    func containerTrouble(since start: Timestamp) async -> String? {
        guard let list = try? await read(KuduCalls.containerLogs(origin)),
            let target = ContainerLog.newest(list, on: origin),
            let response = try? await send(Request(.get, origin, target)), response.isSuccess
        else { return nil }
        return ContainerLog.trouble(in: String(decoding: response.body, as: UTF8.self), since: start)
    }

    private func read(_ request: Request) async throws(ProviderFailure) -> JSON? {
        let response = try await send(request)
        guard response.status != 404 else { return nil }
        do throws(JSONFailure) { return try JSON(parsing: response.body) } catch {
            throw ProviderFailure(.transient, "\(label(request)): the answer is \(error).")
        }
    }

    private func send(_ request: Request) async throws(ProviderFailure) -> Response {
        let response: Response
        do throws(HTTPFailure) {
            if let basic = cloud.kept[publishing: origin] {
                response = try await cloud.clients.plain.send(signed(request, basic))
            } else {
                response = try await cloud.clients.scm(origin).send(request)
            }
        } catch {
            let isOurs = error.reach == .refused || error.reach == .unauthenticated
            throw ProviderFailure(
                isOurs ? .refused : .transient,
                "\(label(request)): \(error.reason)".printable(max: 600)
            )
        }
        switch response.status {
        case 200..<300: return response
        case 404 where request.method == .get: return response
        case 401, 403:
            if cloud.kept[publishing: origin] == nil, let basic = try await publishingCredentials() {
                cloud.kept[publishing: origin] = basic
                return try await send(request)
            }
            cloud.kept[publishing: origin] = nil
            throw ProviderFailure(
                .refused,
                "\(label(request)) was turned away (\(response.status)): the identity needs the role Website "
                    + "Contributor on \(place.words), and this machine must be let in by its access restrictions."
            )
        case 409, 429, 500...:
            let seconds = response.headers[.retryAfter].flatMap { Int($0) }.map { Duration.seconds(min($0, 300)) }
            let why = response.status == 409 ? "another deployment is in progress" : "status \(response.status)"
            throw ProviderFailure(.transient, "\(label(request)): \(why).", retryAfter: seconds ?? .seconds(10))
        default:
            let said = String(decoding: response.body.prefix(600), as: UTF8.self).printable(max: 300)
            throw ProviderFailure(.refused, "\(label(request)) was refused (\(response.status)): \(said)")
        }
    }

    private func signed(_ request: Request, _ basic: Secret<String>) -> Request {
        var request = request
        request.headers[.authorization] = basic.reveal()
        return request
    }

    /// Nil where the site's policy does not allow them.
    private func publishingCredentials() async throws(ProviderFailure) -> Secret<String>? {
        let policy = try await cloud.find(cloud.calls.publishingPolicy(place))
        guard policy?[path: "properties", "allow"]?.bool == true else { return nil }
        let properties = try await cloud.send(cloud.calls.publishingCredentials(place)).body["properties"]
        guard let user = properties?["publishingUserName"]?.words,
            let password = properties?["publishingPassword"]?.words
        else { return nil }
        return Secret("Basic " + Digits.base64(Array("\(user):\(password)".utf8)))
    }

    private func label(_ request: Request) -> String {
        "\(request.method.rawValue) \(request.target.prefix { $0 != "?" }) on \(origin.authority)"
    }
}
