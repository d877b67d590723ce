using IpsecDp.Ipsec.Sad;
using IpsecDp.Ipsec.Spd;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace Dataplane.Tests.Ipsec;

/// <summary>A thousand SAs in turn, packet by packet, before an engine that takes nothing: no job is made beyond those of the beginning, because who brings packets works off what is queued.</summary>
public sealed class ManyAssociationsTests
{
    private const int Tunnels = 1000;
    private const int Rounds = 6;
    private const string From = "192.0.2.10";
    private const string To = "198.51.100.20";

    private static readonly LineForm Held = new("held", JoinsClear: false, IsInUdp: false, Engines: 1, IsPatient: true);

    [Fact]
    public void Line_ThousandSasBeforeABusyEngine_MakesNoJobs()
    {
        using var sender = Host(isSender: true);
        using var receiver = Host(isSender: false);
        var (made, madeAtReceiver) = (sender.Plane.JobsMade, receiver.Plane.JobsMade);
        var packets = Enumerable.Range(0, Tunnels).Select(tunnel => PacketBuilder.Udp(From, To, 7, Port(tunnel)).Payload(100).Build()).ToArray();
        byte[][] sealedPackets;
        using (new EngineHold(sender.Pool))
        {
            Repeat(packets, chunk => sender.OfferOutbound(chunk));
            Assert.Equal(made, sender.Plane.JobsMade);
        }

        sealedPackets = [.. sender.Cipher.Take()];
        Assert.Equal(Rounds * Tunnels, sealedPackets.Length);
        using (new EngineHold(receiver.Pool))
        {
            foreach (var chunk in sealedPackets.Select(packet => new Frame(packet)).Chunk(64))
            {
                receiver.OfferInbound(chunk);
            }

            Assert.Equal(madeAtReceiver, receiver.Plane.JobsMade);
        }

        Assert.Equal(Rounds * Tunnels, receiver.Clear.Take().Count);
        Assert.Equal((0, 0L, 0L), (sender.Outstanding + receiver.Outstanding, sender.DroppedInAll, receiver.DroppedInAll));
    }

    [Fact]
    public void Admit_BatchOverManySas_MakesOneJobOfEach()
    {
        using var sender = Host(isSender: true);
        // Twenty SAs in turn: 64 packets, 20 jobs.
        sender.OfferOutbound([.. Enumerable.Range(0, 64).Select(i => new Frame(PacketBuilder.Udp(From, To, 7, Port(i % 20)).Payload(100).Build()))]);
        Assert.Equal(64, sender.Cipher.Take().Count);
        var pool = sender.Plane.Snapshot().Pool;
        Assert.InRange(pool.OnEngines.Jobs + pool.Spilled.Jobs, 20, 24);
    }

    private static void Repeat(byte[][] packets, Action<Frame[]> give)
    {
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var chunk in packets.Select(packet => new Frame(packet)).Chunk(64))
            {
                give(chunk);
            }
        }
    }

    private static SteppedHost Host(bool isSender)
    {
        var host = new SteppedHost(Held);
        for (var tunnel = 0; tunnel < Tunnels; tunnel++)
        {
            SaModel[] models = [TestSa.Model(0x10000 + (uint)tunnel, From, To, isSender) with { Tunnel = $"{tunnel}" }];
            if (isSender)
            {
                host.Plane.ReplaceOutbound($"{tunnel}", models);
            }
            else
            {
                host.Plane.InstallInbound($"{tunnel}", models);
            }
        }

        host.Plane.Publish(new SpdModel([.. Enumerable.Range(0, Tunnels).Select(tunnel => Rule(tunnel, isSender))]));
        return host;
    }

    private static ushort Port(int tunnel) => (ushort)(1000 + tunnel);

    private static SpdRule Rule(int tunnel, bool isSender) => new()
    {
        Name = $"{tunnel}",
        Selectors = [new TrafficSelector(AddressRange.AnyV4, AddressRange.AnyV4, IpProtocol.Udp, isSender ? PortRange.Any : PortRange.Of(Port(tunnel)), isSender ? PortRange.Of(Port(tunnel)) : PortRange.Any)],
        Action = PolicyAction.Protect,
        Tunnel = $"{tunnel}",
    };
}
