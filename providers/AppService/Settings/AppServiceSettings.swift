public import SlipwayAzure
import SlipwayBase
public import SlipwayConfig

/// The `appService:` section of a target.
public struct AppServiceSettings: Hashable, Sendable {
    /// How a site is asked whether it is up.
    public struct WarmUp: Hashable, Sendable {
        /// What is asked for, from `/` on.
        public var path = "/"
        /// The statuses that count; empty is any under 400.
        public var statuses: [Int] = []
        /// How many answers in a row it takes.
        public var successes = 1

        /// What most sites answer to.
        public init() {}

        /// Whether an answer with `status` counts.
        func accepts(_ status: Int) -> Bool {
            statuses.isEmpty ? (200..<400).contains(status) : statuses.contains(status)
        }
    }

    /// Which form of the release is run when several are given.
    public enum ArtifactForm: String, Hashable, Sendable, CaseIterable {
        /// The container image.
        case image
        /// The zip.
        case bundle
    }

    /// Where on Azure the target is, and whose credentials go there.
    public var scope: AzureScope
    /// Where releases go.
    public var layout: AppServiceLayout
    /// Whether a slot that is missing is made like production.
    public var createSlot = false
    /// The site container that runs the release, where the site has several; nil is the site's single image.
    public var container: String?
    /// Which form of the release is run when several are given.
    public var artifact = ArtifactForm.image
    /// How a site is asked whether it is up.
    public var warmUp = WarmUp()
    /// Whether production's settings are tried on the slot before the swap.
    public var hasPreview = false
    /// How long a swap may take.
    public var swapTimeout = Duration.seconds(35 * 60)
    /// Whether App Service itself raises the share of a canary.
    public var autoRamp = false
    /// How long to wait, after a share was taken away, for clients that the routing cookie keeps on the slot.
    public var routingCookieTail = Duration.zero
    /// Where the lock between machines lies; nil where there is none.
    public var lock: BlobContainer?
    /// How long the lock holds without renewal, in seconds.
    public var lockSeconds = 120
    /// Makes settings of `layout` with what most targets have.
    public init(_ scope: AzureScope, layout: AppServiceLayout) { (self.scope, self.layout) = (scope, layout) }

    /// Reads the section; nil after a mistake was reported. The caller finishes the reader.
    public init?(reading reader: ConfigReader) {
        let scope = AzureScope(reading: reader)
        let layout = AppServiceLayout(reading: reader)
        let (createSlot, autoRamp) = (reader.bool("createSlot"), reader.bool("autoRamp"))
        let container = reader.siteContainer("container")
        let artifact = reader.choice("artifact", of: ArtifactForm.self)
        let warmUp = reader.mapping("warmUp").map { WarmUp(reading: $0) }
        let swap = reader.mapping("swap").map(Self.swap)
        let tail = reader.duration("routingCookieTail", in: .zero ... .seconds(86_400))
        let lock = reader.mapping("lock").map(Self.lock)
        if case .slot? = layout {
        } else {
            for key in ["createSlot", "autoRamp", "swap"] where reader.node(key) != nil && layout != nil {
                reader.findings.error(reader.node(key) ?? reader.node, "`\(key)` belongs to `slot`")
            }
        }
        guard let scope, let layout else { return nil }
        self.init(scope, layout: layout)
        self.container = container
        (self.createSlot, self.autoRamp) = (createSlot ?? false, autoRamp ?? false)
        (self.artifact, self.warmUp) = (artifact ?? .image, warmUp ?? WarmUp())
        (hasPreview, swapTimeout) = (swap?.preview ?? false, swap?.timeout ?? swapTimeout)
        routingCookieTail = tail ?? .zero
        (self.lock, lockSeconds) = (lock?.place, lock?.seconds ?? lockSeconds)
    }

    private static func swap(_ section: ConfigReader) -> (preview: Bool?, timeout: Duration?) {
        defer { section.finish() }
        return (section.bool("preview"), section.duration("timeout", in: .seconds(60) ... .seconds(6 * 3600)))
    }

    private static func lock(_ section: ConfigReader) -> (place: BlobContainer?, seconds: Int?) {
        defer { section.finish() }
        let place = section.blobContainer("container")
        let duration = section.duration("duration", in: .seconds(10) ... .seconds(3600))
        return (place, duration.map { Int($0.components.seconds) })
    }
}

extension AppServiceSettings.WarmUp {
    init(reading section: ConfigReader) {
        defer { section.finish() }
        path = section.urlPath("path") ?? "/"
        successes = section.int("successes", in: 1...10) ?? 1
        guard let elements = section.list("statuses", max: 50) else { return }
        for element in elements {
            if case .int(let status)? = element.scalar?.kind, (100...599).contains(status) {
                statuses.append(Int(status))
            } else {
                section.findings.error(element, "must be an HTTP status from 100 to 599, not \(element.kindInWords)")
            }
        }
    }
}
