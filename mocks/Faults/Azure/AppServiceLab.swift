import HTTPTypes
public import SlipwayAppService
import SlipwayAzure
public import SlipwayBase
public import SlipwayHTTP
public import SlipwayModel
public import SlipwaySimulatedAzure
public import SlipwaySimulation

/// App Service in the lab: a subscription with one site, and how its target is named.
public struct AppServiceLab: LabPlatform {
    /// The subscription before the release.
    public var world: AzureWorld
    /// How the target is named.
    public var settings: AppServiceSettings
    /// What is released.
    public var release: Release
    /// What becomes of the old release's slot after a swap.
    public var disposal = Disposal.keep
    /// The tokens of everybody here: of the resource manager, and of storage.
    private let tokens: (manager: Secret<String>, storage: Secret<String>)

    static let site = "shop"
    static let slot = "staging"
    static let plan = "shop-plan"
    /// Where the lock is.
    static let account = "shopstate"
    static let container = "locks"
    static let lockName = BlobLock.name(of: "lab", in: "shop")

    /// Everything but what only other platforms say.
    public var faultKinds: [FaultKind] { FaultKind.allCases.filter { $0 != .gone } }

    init(_ world: AzureWorld, _ settings: AppServiceSettings, _ release: Release) {
        (self.world, self.settings, self.release) = (world, settings, release)
        // They outlast the longest rehearsal, so that nobody has to renew them.
        let life = Duration.seconds(30 * 86_400)
        tokens = (
            self.world.issueToken(life: life), self.world.issueToken(for: AzureCloud.global.storageAudience, life: life)
        )
    }

    /// The provider with its lock in blob storage, behind the session of real life.
    public func connection(over transport: any Transport, time: any TimeSource, random: any RandomSource)
        -> LabConnection
    {
        let session = AzureSession(
            .global,
            authenticate: Bearer(token: tokens.manager),
            traffic: AzureTraffic(time: time),
            time: time,
            random: random
        )
        let provider = AppServiceProvider(
            target: "lab",
            settings: settings,
            clients: AppServiceClients(
                arm: session.client(over: transport),
                scm: { session.transport(to: $0, over: transport) },
                plain: transport
            ),
            open: { (path) throws(InputFailure) in Package(path: path) },
            time: time
        )
        let place = settings.lock
        let storage = session.transport(
            to: place?.origin ?? Origin(scheme: "https", host: "nowhere.invalid"),
            authenticate: Bearer(token: tokens.storage),
            over: transport
        )
        guard let place else { preconditionFailure("every lab names a container for its lock") }
        let client = BlobClient(place, transport: storage)
        let lock = BlobLock(of: "lab", in: "shop", client, time: time, seconds: settings.lockSeconds)
        return LabConnection(provider: provider, lock: lock)
    }

    /// What the lock's blob says.
    public func lock(in world: AzureWorld) -> LabLock? {
        guard let bytes = world.blob(Self.lockName, container: Self.container, account: Self.account),
            let record = try? JSON(parsing: bytes)
        else { return nil }
        let renewed = record["renewed"]?.string.flatMap { Timestamp(rfc3339: $0) }
        let seconds = Int64(record["seconds"]?.int ?? 0)
        let holder = record["holder"]?.string ?? ""
        return LabLock(holder: holder.isEmpty ? nil : holder, until: renewed.map { $0 + .seconds(seconds) })
    }

    /// Writes the lock's blob for a thief.
    public func steal(in world: inout AzureWorld, at time: Timestamp) {
        guard let place = settings.lock,
            let bytes = world.blob(Self.lockName, container: Self.container, account: Self.account),
            var record = try? JSON(parsing: bytes)
        else { return }
        record["holder"] = "thief"
        record["fence"] = JSON((record["fence"]?.int ?? 0) + 1)
        record["seconds"] = 1
        record["acquired"] = .string(time.rfc3339)
        record["renewed"] = .string(time.rfc3339)
        var request = Request(.put, place.origin, "/\(Self.container)/\(Self.lockName)", body: .bytes(record.bytes))
        for (name, value) in [("x-ms-version", "2023-11-03"), ("x-ms-blob-type", "BlockBlob")] {
            if let name = HTTPField.Name(name) { request.headers[name] = value }
        }
        request.headers[.authorization] = "Bearer " + tokens.storage.reveal()
        _ = world.respond(to: request, at: time)
    }

    /// Somebody else changes a field of `config/web` just before each of our changes arrives there.
    public func disturb(_ world: inout AzureWorld, before call: SimulatedCall) {
        guard call.request.method == .patch, let place = ConfigPlace(call.request) else { return }
        world.setConfig(Self.foreign, .string("/edit-\(call.index)"), slot: place.slot, of: Self.site)
    }

    /// The field that belongs to somebody else.
    static let foreign = "healthCheckPath"
}

/// Whose `config/web` a request is about.
struct ConfigPlace {
    /// Nil is production.
    var slot: String?

    init?(_ request: Request) {
        let path = request.target.prefix { $0 != "?" }
        guard path.hasSuffix("/config/web") else { return nil }
        let parts = path.split(separator: "/")
        slot = parts.firstIndex(of: "slots").map { String(parts[$0 + 1]) }
    }
}

/// Presents one token.
private struct Bearer: Middleware {
    let token: Secret<String>

    func intercept(_ request: Request, next: Next) async throws(HTTPFailure) -> Response {
        try await next(BearerSigner().sign(request, with: token, at: Timestamp(milliseconds: 0)))
    }
}

/// The smallest zip with a name in it, whatever it is called.
struct Package: FileReader {
    let path: String
    static let bytes: [UInt8] = {
        func number(_ value: Int, _ bytes: Int) -> [UInt8] { (0..<bytes).map { UInt8(value >> ($0 * 8) & 0xFF) } }
        let name = Array("index.js".utf8)
        let zeroes = [UInt8](repeating: 0, count: 20)
        let local = number(0x0403_4B50, 4) + number(20, 2) + zeroes + number(name.count, 2) + number(0, 2) + name
        let entry =
            number(0x0201_4B50, 4) + number(20, 2) + number(20, 2) + zeroes + number(name.count, 2)
            + [UInt8](repeating: 0, count: 12) + number(0, 4) + name
        let counts = number(1, 2) + number(1, 2) + number(entry.count, 4) + number(local.count, 4)
        return local + entry + number(0x0605_4B50, 4) + number(0, 4) + counts + number(0, 2)
    }()

    var byteCount: Int { Self.bytes.count }

    func read(at offset: Int, count: Int) throws(InputFailure) -> [UInt8] {
        Array(Self.bytes[min(offset, byteCount)..<min(offset + count, byteCount)])
    }
}
