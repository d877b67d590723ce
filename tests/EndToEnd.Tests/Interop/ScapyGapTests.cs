using System.Buffers.Binary;
using IpsecDp.Crypto;
using IpsecDp.Ipsec.Sad;
using IpsecDp.TestKit.Interop;

namespace EndToEnd.Tests.Interop;

/// <summary>Each known gap of scapy shown on scapy as it is installed, so that the list can shrink when scapy does better.</summary>
[Collection(ScapyCollection.Name)]
public sealed class ScapyGapTests(ScapyLab lab)
{
    private const int Payload = 100;

    [Theory]
    [InlineData("HMAC-MD5-96", 12)]
    [InlineData("HMAC-SHA1-96", 12)]
    [InlineData("SHA2-256-128", 16)]
    [InlineData("SHA2-384-192", 24)]
    [InlineData("SHA2-512-256", 32)]
    [InlineData("AES-CMAC-96", 12)]
    [InlineData("AES-GCM", 16)]
    [InlineData("AES-CCM", 16)]
    [InlineData("CHACHA20-POLY1305", 16)]
    public void IcvSizes_OfScapy_AreTheRfcs(string algorithm, int octets)
    {
        ScapyLab.Require();
        Assert.Equal(octets, lab.About.GetProperty("icvSizes").GetProperty(algorithm).GetInt32());
    }

    [Fact]
    public void ExtendedNumbersBesideMac_StockScapy_IsRefusedHereAndRefusesUs()
    {
        RequireVersion();
        var cell = Cell("aes-128-cbc+hmac-sha2-256-128", SaMode.Tunnel, Families.V4) with { IsExtended = true };
        var plane = lab.PlaneOf(cell);
        var (toPeer, fromPeer, inbound) = Install(cell);
        lab.PeerSeals(fromPeer, [cell.FromPeer(Payload)], cell.Numbers(1), isStock: true);
        var seen = plane.AwaitInbound(fromPeer.Spi, counters => counters.IntegrityFailures >= 3);
        Assert.Equal((0, 3), (seen.Packets, seen.IntegrityFailures));
        plane.Send([cell.FromHost(Payload)]);
        var refusal = Assert.Throws<ScapyFailureException>(() => lab.PeerOpens(toPeer, cell.Numbers(1), isStock: true));
        Assert.True(refusal.Message.StartsWith("IPSecIntegrityError", StringComparison.Ordinal), $"{KnownScapyGaps.ExtendedNumbersBesideMac}: {refusal.Message}");
        plane.Remove(inbound);
    }

    [Fact]
    public void UdpLength_StockScapy_IsTheHeadersAlone()
    {
        RequireVersion();
        var packet = SealedByStock(Cell("aes-128-gcm-16", SaMode.Tunnel, Families.V4) with { IsEncapsulated = true });
        Assert.True(BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(24)) == 8, KnownScapyGaps.UdpLength);
    }

    [Fact]
    public void UdpChecksumOverIpv6_StockScapy_IsZero()
    {
        RequireVersion();
        var packet = SealedByStock(Cell("aes-128-gcm-16", SaMode.Tunnel, Families.V6) with { IsEncapsulated = true });
        Assert.True(BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(46)) == 0, KnownScapyGaps.UdpChecksumOverIpv6);
    }

    [Fact]
    public void UdpTransportOverIpv6_StockScapy_CannotOpen()
    {
        RequireVersion();
        var cell = Cell("aes-128-gcm-16", SaMode.Transport, Families.V6) with { IsEncapsulated = true };
        var (toPeer, _, inbound) = Install(cell);
        lab.PlaneOf(cell).Send([cell.FromHost(Payload)]);
        var opened = lab.PeerOpens(toPeer, cell.Numbers(1), isStock: true)[0].Clear;
        Assert.False(KernelWritten.Masked(cell.FromHostSealed(Payload)).AsSpan().SequenceEqual(KernelWritten.Masked(opened)), KnownScapyGaps.UdpTransportOverIpv6);
        lab.PlaneOf(cell).Remove(inbound);
    }

    [Fact]
    public void TruncatedGcm_StockScapy_IgnoresTheLength()
    {
        RequireVersion();
        var cell = Cell("aes-128-gcm-16", SaMode.Tunnel, Families.V4);
        var (_, whole, inbound) = Install(cell);
        var lengths = new[] { 8, 12, 16 }.Select(octets => lab.PeerSeals(whole with { IcvSize = octets }, [cell.FromPeer(Payload)], cell.Numbers(1), isStock: true)[0].Length);
        Assert.True(lengths.Distinct().Count() == 1, KnownScapyGaps.TruncatedGcm);
        lab.PlaneOf(cell).Remove(inbound);
    }

    [Theory]
    [InlineData("AES-NULL-GMAC", KnownScapyGaps.Gmac)]
    [InlineData("AES-XCBC-96", KnownScapyGaps.Xcbc)]
    [InlineData("AES-GMAC", KnownScapyGaps.GmacInAh)]
    public void Algorithm_StockScapy_HasNoSuchName(string algorithm, string gap)
    {
        RequireVersion();
        Assert.False(lab.About.GetProperty("icvSizes").TryGetProperty(algorithm, out _), gap);
    }

    private static InteropCase Cell(string suite, SaMode mode, Families families)
    {
        Assert.True(CipherSuite.TryParse(suite, out var known));
        return new InteropCase(known, SaProtocol.Esp, mode, families);
    }

    private void RequireVersion()
    {
        ScapyLab.Require();
        var version = lab.About.GetProperty("scapy").GetString();
        Assert.SkipWhen(version != KnownScapyGaps.Version, $"the gaps are those of scapy {KnownScapyGaps.Version}, here is {version}");
    }

    private (ScapySa ToPeer, ScapySa FromPeer, SaModel Inbound) Install(InteropCase cell)
    {
        var (spiOut, spiIn) = lab.NextSpis();
        var (outbound, inbound) = (cell.Model(spiOut, isOutbound: true), cell.Model(spiIn, isOutbound: false));
        var texts = (ScapySa.Of(outbound, isOutbound: true), ScapySa.Of(inbound, isOutbound: false), inbound);
        lab.PlaneOf(cell).Install(outbound, inbound);
        return texts;
    }

    private byte[] SealedByStock(InteropCase cell)
    {
        var model = cell.Model(lab.NextSpis().Inbound, isOutbound: false);
        return lab.PeerSeals(ScapySa.Of(model, isOutbound: false), [cell.FromPeer(Payload)], cell.Numbers(1), isStock: true)[0];
    }
}
