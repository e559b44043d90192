// One import gives an embedding program the words it needs; HTTP, signing and platforms stay behind their own modules.
@_exported public import SlipwayBase
@_exported public import SlipwayConfig
@_exported public import SlipwayEngine
@_exported public import SlipwayModel
@_exported public import SlipwayStrategies
