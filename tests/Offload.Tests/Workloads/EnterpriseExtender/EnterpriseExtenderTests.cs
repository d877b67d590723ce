using IpsecDp.Workloads;

namespace Offload.Tests.Workloads.EnterpriseExtender;

public sealed class EnterpriseExtenderTests
{
    private const int StartOfMessage = 0x20;
    private const int EndOfMessage = 0x10;
    private const int Setup = 0x40;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Packets_ByIndependentReader_HaveTheLayoutOfTheirPort(bool isV6)
    {
        foreach (var (_, packet, _) in Capture(isV6, 6_000))
        {
            var ee = EeDecoded.Read(packet);
            Assert.Equal(4, ee.Dsap);
            Assert.Equal(4, ee.Ssap & 0xFE);
            var (tos, priority) = ee.Port switch { 12000 => (0xC0, -1), 12001 => (0xC0, 3), 12002 => (0x80, 2), 12003 => (0x40, 1), 12004 => (0x20, 0), _ => (-1, -1) };
            Assert.Equal(tos, ee.Tos);
            Assert.Equal(priority, ee.Priority);
            Assert.Equal(ee.Port == 12001, ee.IsTimeSensitive);
            if (ee.Port != 12000)
            {
                Assert.Equal("NLP", ee.Kind);
                Assert.Equal(ee.Data.Length, ee.DataLength);
                Assert.NotEmpty(ee.Labels);
            }
        }
    }

    [Fact]
    public void Signalling_OneLink_IdentifiesTestsAndCloses()
    {
        var frames = Capture(isV6: false, 40_000, TimeSpan.FromMilliseconds(5)).Where(s => s.Tag.Class == TrafficClass.EeSignalling).Select(s => (s.Side, Ee: EeDecoded.Read(s.Packet), s.Packet.Length)).ToArray();

        Assert.Equal([(HostSide.A, "XID", 4), (HostSide.B, "XID", 5)], frames.Take(2).Select(f => (f.Side, f.Ee.Kind, f.Ee.Ssap)));
        Assert.Equal([(HostSide.A, "DISC", 4), (HostSide.B, "DM", 5)], frames.TakeLast(2).Select(f => (f.Side, f.Ee.Kind, f.Ee.Ssap)));
        var tests = frames[2..^2];
        Assert.All(tests, f => Assert.Equal("TEST", f.Ee.Kind));
        Assert.All(tests, f => Assert.InRange(f.Length, 31, 60));
        foreach (var side in new[] { HostSide.A, HostSide.B })
        {
            var commands = tests.Where(f => f.Side == side && f.Ee.Ssap == 4).Select(f => Convert.ToHexString(f.Ee.Data));
            var responses = tests.Where(f => f.Side != side && f.Ee.Ssap == 5).Select(f => Convert.ToHexString(f.Ee.Data));
            Assert.NotEmpty(commands);
            Assert.Equal(commands, responses);
        }
    }

    [Fact]
    public void Identification_ByIndependentReader_IsXid3WithNameAndProductSet()
    {
        var (_, packet, _) = Capture(isV6: false, 100).First(s => s.Tag.Class == TrafficClass.EeSignalling);
        var xid = EeDecoded.Read(packet).Data;

        Assert.Equal(3, xid[0] >> 4);
        Assert.Equal(xid.Length, xid[1]);
        Assert.InRange(packet.Length, 150, 300);
        var vectors = EeDecoded.VectorsOf(xid);
        Assert.Equal(0xF4, vectors[0x0E][0]);
        Assert.Equal("NETA.SSCP00A", EeDecoded.Ebcdic(vectors[0x0E][1..]));
        Assert.True(vectors.ContainsKey(0x10));
    }

    [Fact]
    public void Connections_ByIndependentReader_CountEveryOctet()
    {
        var next = new Dictionary<string, long>();
        foreach (var ee in Capture(isV6: false, 8_000).Select(s => EeDecoded.Read(s.Packet)).Where(e => e.Kind == "NLP" && e.DataLength > 0 && e.Port != 12001))
        {
            var isFirst = next.TryAdd(ee.ConnectionId, ee.ByteSequence);
            Assert.Equal(isFirst, (ee.Flags & Setup) != 0);
            Assert.Equal(isFirst ? [0x0D, 0x10] : [], ee.Segments.Select(s => s.Type));
            Assert.Equal(next[ee.ConnectionId], ee.ByteSequence);
            next[ee.ConnectionId] = (ee.ByteSequence + ee.DataLength) & 0xFFFFFFFF;
        }

        Assert.NotEmpty(next);
    }

    [Fact]
    public void LowPriority_Messages_AreChainsOfFourWholeBtus()
    {
        var low = Capture(isV6: false, 8_000).Where(s => s.Tag is { Class: TrafficClass.EeLow } && s.Side == HostSide.A).ToArray();

        Assert.All(low, s => Assert.Equal(1400, s.Packet.Length));
        Assert.All(low, s =>
        {
            var ee = EeDecoded.Read(s.Packet);
            Assert.Equal(s.Tag.Sequence % 4 == 0, (ee.Flags & StartOfMessage) != 0);
            Assert.Equal(s.Tag.Sequence % 4 == 3, (ee.Flags & EndOfMessage) != 0);
            Assert.True(s.Tag.Sequence % 4 != 0 || ee.Data[0] == 0x5C);
        });
    }

    [Fact]
    public void NetworkPriority_Packets_AreStatusOrRouteSetupAndFew()
    {
        var packets = Capture(isV6: false, 20_000);
        var network = packets.Where(s => s.Tag.Class == TrafficClass.EeNetwork).Select(s => (Ee: EeDecoded.Read(s.Packet), s.Packet.Length)).ToArray();

        var status = network.Where(n => n.Ee.DataLength == 0).ToArray();
        var routes = network.Where(n => n.Ee.DataLength > 0).ToArray();
        Assert.All(status, n => Assert.Equal([0x0E, 0x22], n.Ee.Segments.Select(s => s.Type)));
        Assert.All(status, n => Assert.InRange(n.Length, 60, 120));
        Assert.All(routes, n => Assert.Equal(0x12CE, EeDecoded.Number(n.Ee.Data, 2, 2)));
        Assert.All(routes, n => Assert.Equal(n.Ee.DataLength, EeDecoded.Number(n.Ee.Data, 0, 2)));
        Assert.All(routes, n => Assert.Equal(0xA0, n.Ee.SwitchingMode));
        Assert.All(routes, n => Assert.InRange(n.Length, 200, 400));
        Assert.NotEmpty(status);
        Assert.NotEmpty(routes);
        Assert.True(network.Length < packets.Count * 0.05, $"{network.Length} of {packets.Count}");
    }

    [Fact]
    public void HighPriority_Sizes_LieWithinTheAssumedMix()
    {
        var high = Capture(isV6: false, 20_000).Where(s => s.Tag.Class == TrafficClass.EeHigh && s.Tag.Sequence > 0).ToArray();

        Assert.All(high.Where(s => s.Side == HostSide.A), s => Assert.InRange(s.Packet.Length, 80, 400));
        Assert.All(high.Where(s => s.Side == HostSide.B), s => Assert.InRange(s.Packet.Length, 500, 1400));
    }

    internal static List<(HostSide Side, byte[] Packet, FlowTag Tag)> Capture(bool isV6, int packets, TimeSpan? liveness = null)
    {
        var captured = new List<(HostSide Side, byte[] Packet, FlowTag Tag)>();
        var model = TrafficHostTests.Model("ee", isV6);
        var hosts = LinkedHosts.Of(model with { EnterpriseExtender = model.EnterpriseExtender with { Liveness = liveness ?? model.EnterpriseExtender.Liveness } });
        hosts.Watch = (side, packet, tag) => captured.Add((side, (byte[])packet.Clone(), tag));
        Assert.True(hosts.Run(packets).Drain().IsClean);
        return captured;
    }
}
