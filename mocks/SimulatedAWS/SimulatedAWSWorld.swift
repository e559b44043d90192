public import SlipwaySimulation

/// Stands at the other end of a `SimulatedTransport`; none of its answers arrive piece by piece.
extension AWSWorld: SimulatedWorld {}
