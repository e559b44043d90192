public import SlipwaySimulation

/// Stands at the other end of a `SimulatedTransport`.
extension AzureWorld: SimulatedWorld {}
