using IpsecDp.Crypto;
using IpsecDp.Crypto.Platform;
using IpsecDp.Crypto.Simd;
using IpsecDp.TestKit.Crypto;

namespace Offload.Tests.Crypto;

/// <summary>An engine that every vector and every property is run against, and where it has one, the way to its bare primitives.</summary>
public sealed record EngineUnderTest(ICryptoEngine Engine, IPrimitives? Primitives = null)
{
    /// <summary>Every engine there is.</summary>
    public static IReadOnlyList<EngineUnderTest> All { get; } =
    [
        new(new SimdEngine()),
        new(new PlatformEngine(), new PlatformPrimitives()),
        new(new PlainEngine(), new PlainPrimitives()),
    ];

    /// <summary>Their names, as theory data.</summary>
    public static TheoryData<string> Names => [.. All.Select(each => each.Engine.Name)];

    /// <summary>The names of those that are not the oracle.</summary>
    public static TheoryData<string> ProductNames => [.. All.Where(each => each.Engine is not PlainEngine).Select(each => each.Engine.Name)];

    /// <summary>Finds one by its name.</summary>
    public static EngineUnderTest Named(string name) => All.Single(each => each.Engine.Name == name);

    /// <summary>The suites this engine implements.</summary>
    public IEnumerable<CipherSuite> Suites => CipherSuite.All.Where(Engine.Supports);
}
