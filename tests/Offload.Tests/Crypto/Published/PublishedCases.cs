using IpsecDp.Crypto;
using IpsecDp.TestKit.Vectors;

namespace Offload.Tests.Crypto.Published;

/// <summary>What every test of published cases begins with: the engine, and a reason to skip where it lacks the algorithm or the files are absent.</summary>
public abstract class PublishedCases
{
    public static TheoryData<string> Engines => EngineUnderTest.Names;

    protected static EngineUnderTest Implementing(string engine, EncryptionAlgorithm algorithm)
    {
        var tested = EngineUnderTest.Named(engine);
        Assert.SkipUnless(tested.Suites.Any(suite => suite.Encryption == algorithm), $"the {engine} engine does not implement {algorithm}");
        return tested;
    }

    protected static EngineUnderTest Implementing(string engine, IntegrityAlgorithm algorithm)
    {
        var tested = EngineUnderTest.Named(engine);
        Assert.SkipUnless(tested.Engine.Supports(algorithm), $"the {engine} engine does not implement {algorithm}");
        return tested;
    }

    protected static string Published(string path)
    {
        Assert.SkipUnless(VectorFolder.IsPresent, VectorFolder.SkipReason);
        return VectorFolder.Published(path);
    }
}
