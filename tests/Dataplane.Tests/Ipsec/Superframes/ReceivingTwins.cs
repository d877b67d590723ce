using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;

namespace Dataplane.Tests.Ipsec.Superframes;

/// <summary>Two receivers with the same SA: one is given superframes, the other the packets of each as a batch; both must do the same.</summary>
internal sealed class ReceivingTwins : IDisposable
{
    public const string Peer = "192.0.2.10";
    public const string Own = "198.51.100.20";
    public const string PeerV6 = "2001:db8::a";
    public const string OwnV6 = "2001:db8::b";

    public ReceivingTwins(bool isV6 = false, Func<SaModel, SaModel>? change = null)
    {
        (Remote, Local) = isV6 ? (PeerV6, OwnV6) : (Peer, Own);
        SaModel Make() => (change ?? (model => model))(TestSa.Model(SteppedPair.SpiToB, Remote, Local, false, SaMode.Tunnel) with { Encapsulation = new UdpEncapsulation() });
        Model = Make();
        foreach (var host in new[] { Whole, Singly })
        {
            host.Plane.InstallInbound(TestSa.Tunnel, [Make()]);
            host.Plane.Publish(TestSa.ProtectAll());
        }
    }

    public SaModel Model { get; }

    public string Remote { get; }

    public string Local { get; }

    public SteppedHost Whole { get; } = new();

    public SteppedHost Singly { get; } = new();

    /// <summary>An ESP packet of a payload of so many octets, the packet and zeros (TFC), so that packets of any length lie in equal ones.</summary>
    public byte[] Seal(byte[] inner, ulong number, int size = 1400) =>
        HandMadeEsp.Packet(Model, Remote, Local, HandMadeEsp.WithTrailer([.. inner, .. new byte[Math.Max(0, size - inner.Length)]], inner[0] >> 4 == 4 ? IpProtocol.Ipv4 : IpProtocol.Ipv6), number);

    /// <summary>Gives the frames to both and returns the packets the hosts were given, and the frames of the first.</summary>
    public (IReadOnlyList<byte[]> Packets, IReadOnlyList<Frame> Frames) Receive(params Frame[] frames)
    {
        var got = Whole.ReceiveFrames(frames);
        byte[][] packets = [.. got.SelectMany(frame => frame.Split())];
        byte[][] expected = [.. frames.SelectMany(frame => Singly.Receive(frame.Split()))];
        Assert.Equal(expected.Select(Convert.ToHexString), packets.Select(Convert.ToHexString));
        AssertSameCounts();
        return (packets, got);
    }

    public void AssertSameCounts()
    {
        var (whole, singly) = (Whole.Plane.Snapshot(), Singly.Plane.Snapshot());
        Assert.Equal(singly.Drops.Where(drop => drop.Value > 0).OrderBy(drop => drop.Key), whole.Drops.Where(drop => drop.Value > 0).OrderBy(drop => drop.Key));
        Assert.Equal(singly.Associations, whole.Associations);
        Assert.Equal((singly.BypassedIn, 0L), (whole.BypassedIn, Whole.Faulted));
        Assert.Equal(0, Whole.Outstanding);
    }

    public long Dropped(DropReason reason) => Whole.Dropped(reason);

    public void Dispose()
    {
        Whole.Dispose();
        Singly.Dispose();
    }

    /// <summary>A TCP segment of a forwarded flow.</summary>
    public static byte[] Tcp(int index, int size = 1000, byte flags = 0x10, bool isV6 = false, byte tos = 0, int flow = 0, byte hopLimit = 64) =>
        PacketBuilder.Tcp(isV6 ? "fd00::1" : "10.1.0.1", isV6 ? "fd00::2" : "10.2.0.2", (ushort)(5000 + flow), 80, 0xFFFF_F000 + (uint)(index * size), flags: flags)
            .Tos(tos).HopLimit(hopLimit).Identification((ushort)(0xFFF0 + index)).Payload(size).Build();

    /// <summary>A UDP datagram of a forwarded flow.</summary>
    public static byte[] Udp(int index, int size = 1000, bool isV6 = false, byte tos = 0, int flow = 0) =>
        PacketBuilder.Udp(isV6 ? "fd00::1" : "10.1.0.1", isV6 ? "fd00::2" : "10.2.0.2", (ushort)(7000 + flow), 53)
            .Tos(tos).Identification((ushort)(0xFFF0 + index)).Payload(size).Build();
}
