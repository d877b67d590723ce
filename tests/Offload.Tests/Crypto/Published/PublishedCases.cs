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
        var lengths = CipherSuite.All.Where(suite => suite.Encryption == algorithm).Select(suite => suite.KeyBits).Except(tested.Suites.Where(suite => suite.Encryption == algorithm).Select(suite => suite.KeyBits));
        Assert.SkipWhen(lengths.Any(), $"the {engine} engine does not implement {algorithm}, or not with keys of every length");
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
