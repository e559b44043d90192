/// Azure as a value: written by the helper who owns this folder.
struct AzureWorldPlaceholder {}
