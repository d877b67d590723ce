using System.Buffers.Binary;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;

namespace Dataplane.Tests.Ipsec.BugClasses;

/// <summary>SPI 0, reserved SPIs, and one SPI for two SAs.</summary>
public sealed class BugClass60ReservedSpiTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    public void BugClass60_ReservedSpi_IsRefusedAtInstallation(uint spi)
    {
        using var host = new SteppedHost();
        Assert.Throws<ArgumentException>(() => host.Plane.InstallInbound("t", [TestSa.Model(spi, "192.0.2.1", "192.0.2.2", false)]));
        Assert.Throws<ArgumentException>(() => host.Plane.ReplaceOutbound("t", [TestSa.Model(spi, "192.0.2.1", "192.0.2.2", true)]));
        host.Plane.InstallInbound("t", [TestSa.Model(256, "192.0.2.1", "192.0.2.2", false)]);
    }

    [Fact]
    public void BugClass60_DuplicateSpi_IsRefusedAndLeavesTheFirst()
    {
        using var pair = new SteppedPair();
        var rival = TestSa.Model(SteppedPair.SpiToB, "203.0.113.9", pair.AddressB, false);
        Assert.Throws<ArgumentException>(() => pair.B.Plane.InstallInbound("other", [rival]));
        var clear = PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 2).Payload(20).Build();
        Assert.Equal([clear], pair.Carry(clear));
    }

    [Fact]
    public void BugClass60_DuplicateInTheSecondLayer_InstallsNeither()
    {
        using var host = new SteppedHost();
        var ah = new IpsecDp.Crypto.CipherSuite(IpsecDp.Crypto.EncryptionAlgorithm.Null, 0, IpsecDp.Crypto.IntegrityAlgorithm.HmacSha256_128);
        host.Plane.InstallInbound("one", [TestSa.Model(0x300, "192.0.2.1", "192.0.2.2", false, suite: ah, protocol: SaProtocol.Ah)]);
        Assert.Throws<ArgumentException>(() => host.Plane.InstallInbound("two", [TestSa.Model(0x301, "192.0.2.1", "192.0.2.2", false), TestSa.Model(0x300, "192.0.2.1", "192.0.2.2", false, suite: ah, protocol: SaProtocol.Ah)]));
        Assert.Equal([0x300U], host.Plane.Snapshot().Associations.Select(sa => sa.Spi));
    }

    [Fact]
    public void BugClass60_MistakeInOneDirection_InstallsNeither()
    {
        using var host = new SteppedHost();
        Assert.Throws<ArgumentException>(() => host.Plane.Install(new TunnelModel("t", [TestSa.Model(7, "192.0.2.2", "192.0.2.1", true)], [TestSa.Model(0x300, "192.0.2.1", "192.0.2.2", false)])));
        Assert.Empty(host.Plane.Snapshot().Associations);
    }

    [Fact]
    public void BugClass60_UnknownSpiOnTheWire_IsCountedAndToldOnceASecond()
    {
        using var pair = new SteppedPair();
        var packet = Assert.Single(pair.A.Send(PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 2).Payload(20).Build()));
        foreach (var spi in new uint[] { 0, 1, 255, 256, uint.MaxValue })
        {
            BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(20), spi);
            Assert.Empty(pair.B.Receive(packet));
        }

        Assert.Equal(5, pair.B.Dropped(DropReason.UnknownSpi));
        Assert.Equal(["unknown 0"], pair.B.Events.Told);
        pair.B.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(pair.B.Receive(packet));
        Assert.Equal(["unknown 0", $"unknown {uint.MaxValue}"], pair.B.Events.Told);
    }
}
