public import SlipwayModel

/// A provider without its change stream: on a virtual clock the engine's own polling is all the time there is.
public struct Polled: Provider {
    private let provider: any Provider

    /// Leaves everything of `provider` but its change stream.
    public init(_ provider: any Provider) { self.provider = provider }

    /// Looks as the provider does.
    public func observe() async throws(ProviderFailure) -> Observation { try await provider.observe() }

    /// Advances as the provider does.
    public func advance(_ call: SlipwayModel.Call) async throws(ProviderFailure) -> Progress {
        try await provider.advance(call)
    }

    /// Outlines as the provider does.
    public func outline(_ action: Action, in context: PlanContext) -> [String] {
        provider.outline(action, in: context)
    }
}
