public import SlipwaySimulation

extension AWSWorld: SimulatedWorld {}
