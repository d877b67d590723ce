using IpsecDp.Crypto;
using IpsecDp.TestKit.Vectors;

namespace Offload.Tests.Crypto.Published;

public sealed class ForeignPacketTests : PublishedCases
{
    [Theory, MemberData(nameof(Engines))]
    public void Esp_McGrewsDraft_OpensAndSealsAlike(string engine)
    {
        Assert.SkipUnless(VectorFolder.IsPresent, VectorFolder.SkipReason);
        var vectors = McGrewEspFile.Read();
        Assert.Equal(14, vectors.Count);
        Assert.Equal(9, vectors.Count(vector => vector.IsExtended));
        foreach (var vector in vectors)
        {
            PacketCheck.Esp(Implementing(engine, vector.Suite.Encryption), vector);
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public void Esp_SealedByLinux_OpensAndSealsAlike(string engine)
    {
        Assert.SkipUnless(VectorFolder.IsPresent, VectorFolder.SkipReason);
        var vectors = ScapyEspFile.Proven();
        Assert.Equal(6, vectors.Count);
        foreach (var vector in vectors.Where(vector => EngineUnderTest.Named(engine).Engine.Supports(vector.Suite)))
        {
            Assert.True(PacketCheck.HasTrailer(PacketCheck.Esp(EngineUnderTest.Named(engine), vector)), vector.Name);
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public void Esp_EncryptedByLinuxWithoutIcv_OpensToAPacketWithTrailer(string engine)
    {
        Assert.SkipUnless(VectorFolder.IsPresent, VectorFolder.SkipReason);
        var vectors = ScapyEspFile.Unproven();
        Assert.Equal(3, vectors.Count);
        foreach (var (algorithm, vector) in vectors.Where(pair => EngineUnderTest.Named(engine).Suites.Any(suite => suite.Encryption == pair.Algorithm)))
        {
            Assert.True(PacketCheck.HasTrailer(CipherCheck.Open(EngineUnderTest.Named(engine), algorithm, vector)), vector.Name);
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public void Esp_OfDpdk_OpensToTheInnerPacketAndSealsAlike(string engine)
    {
        Assert.SkipUnless(VectorFolder.IsPresent, VectorFolder.SkipReason);
        var vectors = DpdkIpsecFile.Esp();
        Assert.Equal(19, vectors.Count);
        foreach (var vector in vectors.Where(vector => EngineUnderTest.Named(engine).Engine.Supports(vector.Suite)))
        {
            var payload = PacketCheck.Esp(EngineUnderTest.Named(engine), vector);
            var inner = DpdkIpsecFile.Inner(vector.Name);
            Assert.True(payload.AsSpan(0, inner.Length).SequenceEqual(inner), vector.Name);
            Assert.True(PacketCheck.HasTrailer(payload), vector.Name);
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public void Ah_OfDpdk_Verifies(string engine)
    {
        Assert.SkipUnless(VectorFolder.IsPresent, VectorFolder.SkipReason);
        var vectors = DpdkIpsecFile.Ah();
        Assert.Equal(3, vectors.Count);
        foreach (var vector in vectors)
        {
            PacketCheck.Ah(Implementing(engine, vector.Algorithm), vector);
        }
    }
}
