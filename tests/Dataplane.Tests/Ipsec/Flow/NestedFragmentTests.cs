using IpsecDp.Crypto;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;

namespace Dataplane.Tests.Ipsec.Flow;

/// <summary>A layer that comes out of another one in pieces: joined, it still says through which SAs it came, and pieces of different ways are never joined.</summary>
public sealed class NestedFragmentTests
{
    private const string From = "192.0.2.10";
    private const string To = "198.51.100.20";
    private const uint InnerSpi = 0x3001;
    private const uint OuterSpi = 0x3002;

    [Fact]
    public void Receive_InnerLayerInPieces_IsJoinedAndKeepsItsTrail()
    {
        using var host = Nested();
        var clear = PacketBuilder.Udp(From, To, 7, 9).Payload(900).Build();
        using var signer = Signer();
        var arrived = host.Receive(signer.Send([.. Pieces(clear)]));
        Assert.Equal([clear], arrived);
        Assert.Equal((0L, 0), (host.DroppedInAll, host.Outstanding));
    }

    [Fact]
    public void Receive_PiecesInClearAndThroughTheTunnel_AreNotJoined()
    {
        using var host = Nested();
        using var signer = Signer();
        var pieces = Pieces(PacketBuilder.Udp(From, To, 7, 9).Payload(900).Build());
        Assert.Empty(host.Receive(signer.Send(pieces[0])));
        // Anybody may send the rest in clear.
        Assert.Empty(host.Receive([.. pieces.Skip(1)]));
        Assert.Equal(2, host.Outstanding);
        Assert.Single(host.Receive(signer.Send([.. pieces.Skip(1)])));
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        host.Tick();
        Assert.Equal((pieces.Count - 1L, 0), (host.Dropped(DropReason.ReassemblyTimeout), host.Outstanding));
    }

    [Fact]
    public void Receive_WholeLayerOfPiecesInClear_IsWrongProtection()
    {
        using var host = Nested();
        Assert.Empty(host.Receive([.. Pieces(PacketBuilder.Udp(From, To, 7, 9).Payload(900).Build())]));
        Assert.Equal((1L, 0), (host.Dropped(DropReason.WrongProtection), host.Outstanding));
    }

    // ESP inside an AH tunnel, whose peer cuts the ESP packet before it signs the pieces.
    private static SteppedHost Nested()
    {
        var host = new SteppedHost(LineForm.Plain);
        host.Plane.InstallInbound(TestSa.Tunnel, [Inner(), Outer(isOutbound: false)]);
        host.Plane.Publish(TestSa.ProtectAll());
        return host;
    }

    private static SteppedHost Signer()
    {
        var host = new SteppedHost(LineForm.Plain);
        host.Plane.ReplaceOutbound(TestSa.Tunnel, [Outer(isOutbound: true)]);
        host.Plane.Publish(TestSa.ProtectAll());
        return host;
    }

    private static SaModel Inner() => TestSa.Model(InnerSpi, From, To, false, SaMode.Tunnel);

    private static SaModel Outer(bool isOutbound) =>
        TestSa.Model(OuterSpi, From, To, isOutbound, SaMode.Tunnel, new CipherSuite(EncryptionAlgorithm.Null, 0, IntegrityAlgorithm.HmacSha256_128), SaProtocol.Ah);

    private static List<byte[]> Pieces(byte[] clear)
    {
        var layer = HandMadeEsp.Packet(Inner(), From, To, HandMadeEsp.WithTrailer(clear, IpProtocol.Ipv4), 1);
        Assert.True(IpPacketView.TryView(layer, out var view));
        var pieces = new List<byte[]>();
        for (var index = 0; index < IpFragmenter.Count(view, 400); index++)
        {
            var piece = new byte[400];
            pieces.Add(piece[..IpFragmenter.Write(view, 400, index, 77, piece)]);
        }

        return pieces;
    }
}
