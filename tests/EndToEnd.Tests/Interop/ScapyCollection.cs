namespace EndToEnd.Tests.Interop;

/// <summary>The classes that share the lab; they run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class ScapyCollection : ICollectionFixture<ScapyLab>
{
    public const string Name = "scapy";
}
