using System.Globalization;
using IpsecDp.Adapters.Windows.Filters;
using IpsecDp.Ports.Divert;
using IpsecDp.TestKit.Divert;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace Dataplane.Tests.Adapters.Windows.Filters;

/// <summary>Every filter the product makes, over packets that must and must not match, by the tests' own evaluation.</summary>
public sealed class DivertFiltersTests
{
    private const int MostTests = 255;
    private const int MostWords = 1278;

    [Fact]
    public void Outbound_AProtectedNet_TakesEveryKindOfPacketToItAndNoOther()
    {
        var filters = DivertFilters.Of(TestPlan.Empty with { Outbound = [TestPlan.Selector("10.0.0.0/8", "10.1.0.0/16")] }, 1);
        foreach (var packet in Kinds("10.0.0.1", "10.1.2.3"))
        {
            AssertTaken(filters.Outbound, packet, isOutbound: true);
            AssertLeft(filters.Outbound, packet, isOutbound: false);
        }

        foreach (var packet in Kinds("10.0.0.1", "10.2.2.3").Concat(Kinds("11.0.0.1", "10.1.2.3")).Concat(Kinds("fd77::1", "fd77::2")))
        {
            AssertLeft(filters.Outbound, packet, isOutbound: true);
        }

        Assert.True(Assert.Single(filters.Outbound).IsExact);
    }

    [Fact]
    public void Outbound_GoldenPackets_ThoseToTheNetMatchAsTheyDidForTheDll()
    {
        Assert.SkipWhen(GoldenFolder.Hindrance is not null, GoldenFolder.Hindrance ?? "");
        var filters = DivertFilters.Of(TestPlan.Empty with { Outbound = [new(AddressRange.AnyV4, TestPlan.Range("10.1.0.0/16"), null, PortRange.Any, PortRange.Any)] }, 1);
        var taken = GoldenFolder.Packets.Where(packet => Matches(filters.Outbound, packet.Value, isOutbound: true)).Select(packet => packet.Key).ToHashSet();
        var observed = GoldenFolder.Lines("eval.jsonl").First(line => line.TryGetProperty("filter", out var filter) && line.GetProperty("address").GetString() == "out"
            && filter.GetString() == "outbound and ip.DstAddr >= 10.1.0.0 and ip.DstAddr <= 10.1.255.255");
        Assert.Equal(observed.GetProperty("match").EnumerateArray().Select(name => name.GetString()!).ToHashSet(), taken);
    }

    [Theory]
    [InlineData(IpProtocol.Tcp)]
    [InlineData(IpProtocol.Udp)]
    [InlineData(null)]
    public void Outbound_Ports_TakeThosePortsAndEveryLaterFragment(byte? protocol)
    {
        var filters = DivertFilters.Of(TestPlan.Empty with { Outbound = [TestPlan.Selector("10.0.0.1", "10.1.0.1", protocol, remotePorts: new PortRange(2000, 2010))] }, 1).Outbound;
        var isTcp = protocol != IpProtocol.Udp;
        PacketBuilder To(ushort port) => isTcp ? PacketBuilder.Tcp("10.0.0.1", "10.1.0.1", 1, port) : PacketBuilder.Udp("10.0.0.1", "10.1.0.1", 1, port);
        AssertTaken(filters, To(2000).Payload(40).Build(), isOutbound: true);
        AssertTaken(filters, To(2010).Payload(40).Build(), isOutbound: true);
        AssertLeft(filters, To(1999).Payload(40).Build(), isOutbound: true);
        AssertLeft(filters, To(2011).Payload(40).Build(), isOutbound: true);
        AssertTaken(filters, PacketBuilder.Ip("10.0.0.1", "10.1.0.1", isTcp ? IpProtocol.Tcp : IpProtocol.Udp).Payload(64).Fragment(64, more: false).Build(), isOutbound: true);
        AssertLeft(filters, PacketBuilder.Ip("10.0.0.1", "10.1.0.2", isTcp ? IpProtocol.Tcp : IpProtocol.Udp).Payload(64).Fragment(64, more: false).Build(), isOutbound: true);
    }

    [Fact]
    public void Outbound_IcmpTypeAndCode_AreTakenAsOneWord()
    {
        var ping = PortRange.OfIcmp(8, null);
        var filters = DivertFilters.Of(TestPlan.Empty with { Outbound = [TestPlan.Selector("10.0.0.1", "10.1.0.1", IpProtocol.Icmp, ping, ping)] }, 1).Outbound;
        AssertTaken(filters, PacketBuilder.Icmp("10.0.0.1", "10.1.0.1", 8, 0).Payload(20).Build(), isOutbound: true);
        AssertLeft(filters, PacketBuilder.Icmp("10.0.0.1", "10.1.0.1", 0, 0).Payload(20).Build(), isOutbound: true);
    }

    [Fact]
    public void Protected_OfAPeer_TakesItsEspAhAndTooBigAndLeavesIkeToTheHost()
    {
        var plan = TestPlan.Empty with
        {
            Protected =
            [
                new CipherFlow(TestSa.Address("10.0.0.1"), TestSa.Address("10.1.0.1"), null),
                new CipherFlow(TestSa.Address("10.0.0.1"), TestSa.Address("10.1.0.2"), 4500),
                new CipherFlow(TestSa.Address("fd77::1"), TestSa.Address("fd77::2"), null),
            ],
        };
        var filters = DivertFilters.Of(plan, 1).Protected;
        AssertTaken(filters, PacketBuilder.Ip("10.1.0.1", "10.0.0.1", IpProtocol.Esp).Payload(40).Build(), isOutbound: false);
        AssertTaken(filters, PacketBuilder.Ip("10.1.0.1", "10.0.0.1", IpProtocol.Ah).Payload(40).Build(), isOutbound: false);
        AssertTaken(filters, PacketBuilder.Udp("10.1.0.2", "10.0.0.1", 4500, 4500).Payload([1, 2, 3, 4, 0, 0, 0, 1, 9, 9, 9, 9]).Build(), isOutbound: false);
        AssertTaken(filters, PacketBuilder.Udp("10.1.0.2", "10.0.0.1", 4500, 4500).Payload([0xFF]).Build(), isOutbound: false);
        AssertTaken(filters, PacketBuilder.Ip("fd77::2", "fd77::1", IpProtocol.Esp).Payload(40).Build(), isOutbound: false);
        AssertTaken(filters, PacketBuilder.Ip("fd77::2", "fd77::1", IpProtocol.Ah).Payload([6, 4, 0, 0, .. new byte[44]]).Build(), isOutbound: false);
        AssertTaken(filters, PacketBuilder.Ip("fd77::2", "fd77::1", IpProtocol.Ah).Extension(IpProtocol.HopByHop, 1, 4, 0, 0, 0, 0).Payload([6, 4, 0, 0, .. new byte[44]]).Build(), isOutbound: false);
        AssertTaken(filters, PacketBuilder.Icmp("203.0.113.1", "10.0.0.1", 3, 4).Payload(40).Build(), isOutbound: false);
        AssertTaken(filters, PacketBuilder.Icmp("fd99::1", "fd77::1", 2, 0).Payload(60).Build(), isOutbound: false);
        AssertLeft(filters, PacketBuilder.Udp("10.1.0.2", "10.0.0.1", 4500, 4500).Payload([0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]).Build(), isOutbound: false);
        AssertLeft(filters, PacketBuilder.Ip("10.1.0.9", "10.0.0.1", IpProtocol.Esp).Payload(40).Build(), isOutbound: false);
        AssertLeft(filters, PacketBuilder.Ip("10.1.0.1", "10.0.0.1", IpProtocol.Esp).Payload(40).Build(), isOutbound: true);
        AssertLeft(filters, PacketBuilder.Icmp("203.0.113.1", "10.0.0.1", 3, 1).Payload(40).Build(), isOutbound: false);
    }

    // Peers nobody named before: whoever sends ESP to the address is heard, on one handle, and IKE stays with the host.
    [Theory]
    [InlineData("10.0.0.1", "10.1.0.1", "10.0.0.2", "10.9.0.9")]
    [InlineData("fd77::1", "fd77::2", "fd77::9", "fd99::9")]
    public void Protected_FromAnyPeer_TakesAnybodysEspToTheAddressOnce(string near, string far, string otherNear, string stranger)
    {
        var plan = TestPlan.Empty with
        {
            Protected = [new CipherFlow(TestSa.Address(near), TestSa.Address(far), null), new CipherFlow(TestSa.Address(otherNear), TestSa.Address(far), null)],
            ProtectedFromAny = [TestSa.Address(near)],
            LeavesIke = true,
        };
        var filters = DivertFilters.Of(plan, 2).Protected;
        AssertLimits(filters);
        foreach (var source in new[] { far, stranger })
        {
            Assert.Equal(1, CountMatching(filters, PacketBuilder.Ip(source, near, IpProtocol.Esp).Payload(40).Build(), isOutbound: false));
            AssertTaken(filters, PacketBuilder.Ip(source, near, IpProtocol.Ah).Payload([6, 4, 0, 0, .. new byte[44]]).Build(), isOutbound: false);
            AssertTaken(filters, PacketBuilder.Udp(source, near, 61_000, 4500).Payload([1, 2, 3, 4, 0, 0, 0, 1, 9, 9, 9, 9]).Build(), isOutbound: false);
            AssertLeft(filters, PacketBuilder.Udp(source, near, 61_000, 4500).Payload([0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]).Build(), isOutbound: false);
            AssertLeft(filters, PacketBuilder.Udp(source, near, 4500, 4501).Payload([1, 2, 3, 4, 0, 0, 0, 1]).Build(), isOutbound: false);
        }

        AssertTaken(filters, PacketBuilder.Ip(far, otherNear, IpProtocol.Esp).Payload(40).Build(), isOutbound: false);
        AssertLeft(filters, PacketBuilder.Ip(stranger, otherNear, IpProtocol.Esp).Payload(40).Build(), isOutbound: false);
    }

    [Fact]
    public void Protected_FromAnyPeerAtMoreAddressesThanAFilterTakes_IsWidenedNeverCut()
    {
        var own = Enumerable.Range(0, 200).Select(index => TestSa.Address(string.Create(CultureInfo.InvariantCulture, $"10.0.{index}.1"))).ToArray();
        var filters = DivertFilters.Of(TestPlan.Empty with { ProtectedFromAny = own }, 1).Protected;
        AssertLimits(filters);
        Assert.All(filters, filter => Assert.False(filter.IsExact));
        AssertTaken(filters, PacketBuilder.Ip("203.0.113.9", "10.0.199.1", IpProtocol.Esp).Payload(40).Build(), isOutbound: false);
    }

    [Theory]
    [InlineData("10.0.0.1", "10.1.0.1")]
    [InlineData("fd77::1", "fd77::2")]
    public void Clear_KeysAreNegotiated_LeavesIkeToTheHostAndNothingElse(string near, string far)
    {
        var plan = TestPlan.Empty with { Outbound = [TestPlan.Selector(near, far)], Inbound = [TestPlan.Selector(near, far)], LeavesIke = true };
        var filters = DivertFilters.Of(plan, 1);
        byte[] ike = [0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8], esp = [1, 2, 3, 4, 0, 0, 0, 1, 9, 9, 9, 9];
        foreach (var (filter, source, destination, isOutbound) in new[] { (filters.Outbound, near, far, true), (filters.Inbound, far, near, false) })
        {
            byte[] Datagram(ushort own, ushort peer, byte[] payload) => (isOutbound ? PacketBuilder.Udp(source, destination, own, peer) : PacketBuilder.Udp(source, destination, peer, own)).Payload(payload).Build();
            AssertLeft(filter, Datagram(500, 500, ike), isOutbound);
            AssertLeft(filter, Datagram(500, 61_000, ike), isOutbound);
            AssertLeft(filter, Datagram(4500, 4500, ike), isOutbound);
            AssertLeft(filter, Datagram(4500, 61_000, ike), isOutbound);
            AssertLeft(filter, Datagram(4500, 4500, [0xFF]), isOutbound);
            AssertTaken(filter, Datagram(4500, 4500, esp), isOutbound);
            AssertTaken(filter, Datagram(4500, 4500, [0, 0, 0]), isOutbound);
            AssertTaken(filter, Datagram(61_000, 500, ike), isOutbound);
            AssertTaken(filter, Datagram(501, 4500, ike), isOutbound);
            AssertTaken(filter, PacketBuilder.Tcp(source, destination, 500, 500).Payload(10).Build(), isOutbound);
            AssertTaken(filter, PacketBuilder.Ip(source, destination, IpProtocol.Udp).Payload(64).Fragment(640, more: false).Build(), isOutbound);
        }

        AssertTaken(DivertFilters.Of(plan with { LeavesIke = false }, 1).Outbound, PacketBuilder.Udp(near, far, 500, 500).Payload(ike).Build(), isOutbound: true);
    }

    [Fact]
    public void Outbound_MoreRangesThanAFilterTakes_AreSpreadOverDisjointOnes()
    {
        var selectors = Enumerable.Range(0, 300).Select(index => TestPlan.Selector("10.0.0.0/8", string.Create(CultureInfo.InvariantCulture, $"172.16.{index / 4}.{index % 4 * 64}/27"))).ToList();
        var filters = DivertFilters.Of(TestPlan.Empty with { Outbound = selectors }, 1).Outbound;
        Assert.True(filters.Count > 1);
        AssertLimits(filters);
        Assert.All(filters, filter => Assert.True(filter.IsExact));
        foreach (var selector in selectors)
        {
            var address = selector.Remote.First.ToString();
            Assert.Equal(1, CountMatching(filters, PacketBuilder.Udp("10.0.0.1", address, 1, 2).Payload(8).Build(), isOutbound: true));
        }

        AssertLeft(filters, PacketBuilder.Udp("10.0.0.1", "172.16.0.40", 1, 2).Payload(8).Build(), isOutbound: true);
    }

    [Fact]
    public void Outbound_RangesThatTouch_BecomeOne()
    {
        var selectors = Enumerable.Range(0, 256).Select(index => TestPlan.Selector("10.0.0.0/8", string.Create(CultureInfo.InvariantCulture, $"172.16.{index}.0/24")));
        var filter = Assert.Single(DivertFilters.Of(TestPlan.Empty with { Outbound = [.. selectors] }, 1).Outbound);
        Assert.True(DivertFilterProgram.TryCompile(filter.Text, 0, out var program));
        Assert.Equal(6, program.Tests);
    }

    [Fact]
    public void Outbound_OneAddressWithTooManyPorts_IsTakenWhole()
    {
        var selectors = Enumerable.Range(0, 300).Select(index => TestPlan.Selector("10.0.0.1", "10.1.0.1", IpProtocol.Tcp, remotePorts: PortRange.Of((ushort)(index * 7)))).ToList();
        var filters = DivertFilters.Of(TestPlan.Empty with { Outbound = selectors }, 1).Outbound;
        AssertLimits(filters);
        Assert.False(Assert.Single(filters).IsExact);
        AssertTaken(filters, PacketBuilder.Tcp("10.0.0.1", "10.1.0.1", 1, 7).Build(), isOutbound: true);
    }

    [Fact]
    public void Outbound_ThousandsOfNets_StayWithinTheHandlesThereAre()
    {
        var random = new Random(5);
        var selectors = Enumerable.Range(0, 4000).Select(_ => TestPlan.Selector("10.0.0.1", string.Create(CultureInfo.InvariantCulture, $"{random.Next(20, 220)}.{random.Next(256)}.{random.Next(256)}.{random.Next(256)}"))).ToList();
        var filters = DivertFilters.Of(TestPlan.Empty with { Outbound = selectors }, 1).Outbound;
        Assert.InRange(filters.Count, 1, 16);
        AssertLimits(filters);
        Assert.All(filters, filter => Assert.False(filter.IsExact));
        Assert.All(selectors, selector => AssertTaken(filters, PacketBuilder.Udp("10.0.0.1", selector.Remote.First.ToString(), 1, 2).Payload(8).Build(), isOutbound: true));
    }

    [Fact]
    public void Outbound_SeveralHandlesAskedFor_ShareTheAddresses()
    {
        var filters = DivertFilters.Of(TestPlan.Empty with { Outbound = [TestPlan.Selector("10.0.0.1", "10.1.0.0/16")] }, 4).Outbound;
        Assert.Equal(4, filters.Count);
        for (var third = 0; third < 256; third += 5)
        {
            Assert.Equal(1, CountMatching(filters, PacketBuilder.Udp("10.0.0.1", string.Create(CultureInfo.InvariantCulture, $"10.1.{third}.9"), 1, 2).Payload(8).Build(), isOutbound: true));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void EveryDirection_RandomPlansAndPackets_WhatIsNamedIsTaken(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 60; round++)
        {
            var plan = RandomPlans.Plan(random);
            var filters = DivertFilters.Of(plan, random.Next(1, 5));
            AssertLimits([.. filters.Outbound, .. filters.Inbound, .. filters.Protected]);
            for (var i = 0; i < 60; i++)
            {
                var packet = RandomPlans.Packet(random, plan);
                if (!IpPacketView.TryView(packet, out var view) || !FlowKey.TryRead(view, out var flow))
                {
                    continue;
                }

                var isLater = view.IsLaterFragment;
                var isLeft = plan.LeavesIke && flow.Protocol == IpProtocol.Udp && (flow.SourcePort is 500 or 4500 || flow.DestinationPort is 500 or 4500);
                if (isLeft)
                {
                    continue;
                }

                if (plan.Outbound.Any(selector => selector.MatchesOutbound(flow) || (isLater && selector.ReachesOutbound(flow))))
                {
                    AssertTaken(filters.Outbound, packet, isOutbound: true);
                }
                else if (filters.Outbound.All(filter => filter.IsExact))
                {
                    Assert.True(HasShortHeader(view) || !Matches(filters.Outbound, packet, isOutbound: true), $"{flow} is in no selector");
                }

                if (plan.Inbound.Any(selector => selector.MatchesInbound(flow) || (isLater && selector.ReachesInbound(flow))))
                {
                    AssertTaken(filters.Inbound, packet, isOutbound: false);
                }
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Marked_RandomPlansAndPackets_AreThoseOfTheFilterWhosePrecedenceIsAboveRoutine(int seed)
    {
        var random = new Random(seed);
        var matched = 0;
        for (var round = 0; round < 40; round++)
        {
            var plan = RandomPlans.Plan(random);
            var filters = DivertFilters.Of(plan, random.Next(1, 5));
            DivertFilter[] all = [.. filters.Outbound, .. filters.Inbound, .. filters.Protected];
            AssertLimits([.. all.Select(filter => filter.Marked())]);
            for (var i = 0; i < 40; i++)
            {
                var tos = (byte)(i % 4 == 0 ? 31 + (i % 8 / 4) : random.Next(256));
                var packet = WithTos(RandomPlans.Packet(random, plan), tos);
                foreach (var filter in all)
                {
                    var isOutbound = filters.Outbound.Contains(filter);
                    var isMarked = Matches([filter.Marked()], packet, isOutbound);
                    Assert.Equal(Matches([filter], packet, isOutbound) && tos >= 32, isMarked);
                    matched += isMarked ? 1 : 0;
                }
            }
        }

        Assert.True(matched > 100, $"{matched} matched");
    }

    [Fact]
    public void Marked_LongestFilters_StayWithinTheLimits()
    {
        // As many clauses of four tests as one filter takes, of either kind.
        var selectors = Enumerable.Range(0, 60).Select(index => TestPlan.Selector("10.0.0.0/8", string.Create(CultureInfo.InvariantCulture, $"172.16.{index}.0/27"))).ToList();
        var flows = Enumerable.Range(0, 59).Select(index => new CipherFlow(TestSa.Address("10.0.0.1"), TestSa.Address(string.Create(CultureInfo.InvariantCulture, $"10.1.0.{index}")), null)).ToList();
        var filters = DivertFilters.Of(TestPlan.Empty with { Outbound = selectors, Inbound = selectors, Protected = flows, LeavesIke = true }, 1);
        DivertFilter[] marked = [.. filters.Outbound.Concat(filters.Inbound).Concat(filters.Protected).Select(filter => filter.Marked())];
        AssertLimits(marked);
        Assert.Equal(3, marked.Length);
        Assert.All(marked, filter =>
        {
            Assert.True(DivertFilterProgram.TryCompile(filter.Text, 0, out var program));
            Assert.InRange(program.Tests, 240, MostTests);
        });
    }

    private static byte[] WithTos(byte[] packet, byte tos)
    {
        if (packet[0] >> 4 == 4)
        {
            packet[1] = tos;
        }
        else
        {
            (packet[0], packet[1]) = ((byte)(0x60 | (tos >> 4)), (byte)((tos << 4) | (packet[1] & 0x0F)));
        }

        return packet;
    }

    // Ports that the line can read and the driver cannot, for want of a whole header.
    private static bool HasShortHeader(in IpPacketView view) => view.Protocol switch
    {
        IpProtocol.Tcp => view.Payload.Length < 20 || view.Payload[12] >> 4 < 5,
        IpProtocol.Udp or IpProtocol.Icmp or IpProtocol.Icmpv6 => view.Payload.Length < 8,
        _ => false,
    };

    private static IEnumerable<byte[]> Kinds(string source, string destination)
    {
        yield return PacketBuilder.Tcp(source, destination, 40000, 445).Payload(10).Build();
        yield return PacketBuilder.Udp(source, destination, 500, 500).Payload(10).Build();
        yield return PacketBuilder.Udp(source, destination, 4500, 4500).Payload(10).Build();
        yield return PacketBuilder.Icmp(source, destination, 8, 0).Payload(10).Build();
        yield return PacketBuilder.Ip(source, destination, IpProtocol.Esp).Payload(40).Build();
        yield return PacketBuilder.Ip(source, destination, 47).Payload(40).Build();
        yield return PacketBuilder.Ip(source, destination, IpProtocol.Udp).Payload(64).Fragment(64, more: true).Build();
        yield return PacketBuilder.Ip(source, destination, IpProtocol.Tcp).Payload(64).Fragment(640, more: false).Build();
    }

    private static void AssertTaken(IReadOnlyList<DivertFilter> filters, byte[] packet, bool isOutbound) =>
        Assert.True(Matches(filters, packet, isOutbound), $"{Convert.ToHexString(packet)} slips by {string.Join(" | ", filters.Select(filter => filter.Text))}");

    private static void AssertLeft(IReadOnlyList<DivertFilter> filters, byte[] packet, bool isOutbound) =>
        Assert.False(Matches(filters, packet, isOutbound), $"{Convert.ToHexString(packet)} is caught by {string.Join(" | ", filters.Select(filter => filter.Text))}");

    private static void AssertLimits(IReadOnlyList<DivertFilter> filters) => Assert.All(filters, filter =>
    {
        Assert.True(DivertFilterProgram.TryCompile(filter.Text, 0, out var program), filter.Text);
        Assert.InRange(program.Tests, 1, MostTests);
        Assert.InRange(program.Words, 1, MostWords);
    });

    private static bool Matches(IReadOnlyList<DivertFilter> filters, byte[] packet, bool isOutbound) => CountMatching(filters, packet, isOutbound) > 0;

    private static int CountMatching(IReadOnlyList<DivertFilter> filters, byte[] packet, bool isOutbound)
    {
        var flags = (byte)(DivertAddressImage.IpChecksum | (isOutbound ? DivertAddressImage.Outbound : 0) | (packet.Length > 0 && packet[0] >> 4 == 6 ? DivertAddressImage.V6 : 0));
        var address = DivertAddressImage.Of(0, flags, DivertKernel.Interface);
        return filters.Count(filter => DivertFilterProgram.TryCompile(filter.Text, 0, out var program) && program.Matches(packet, address) == true);
    }
}
