using System.Globalization;
using IpsecDp.Ports.Divert;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace Dataplane.Tests.Adapters.Windows.Filters;

/// <summary>Seeded plans, and packets near their edges.</summary>
internal static class RandomPlans
{
    private static readonly byte?[] Protocols = [null, null, IpProtocol.Tcp, IpProtocol.Udp, IpProtocol.Icmp, IpProtocol.Icmpv6, 47, IpProtocol.Ah, 132, 135, IpProtocol.Esp];

    /// <summary>A plan.</summary>
    public static DivertPlan Plan(Random random) => new()
    {
        Outbound = [.. Enumerable.Range(0, random.Next(1, 40)).Select(_ => Selector(random))],
        Inbound = [.. Enumerable.Range(0, random.Next(0, 10)).Select(_ => Selector(random))],
        Protected = [.. Enumerable.Range(0, random.Next(0, 5)).Select(_ => new CipherFlow(TestSa.Address(Address(random, false)), TestSa.Address(Address(random, false)), random.Next(2) == 0 ? null : (ushort)4500))],
        LeavesIke = random.Next(4) == 0,
    };

    /// <summary>A packet whose addresses and ports a selector of the plan could name, in one direction or the other.</summary>
    public static byte[] Packet(Random random, DivertPlan plan)
    {
        var selector = plan.Outbound[random.Next(plan.Outbound.Count)];
        var (near, far) = (Pick(random, selector.Local).ToString(), Pick(random, selector.Remote).ToString());
        var (source, destination) = random.Next(2) == 0 ? (near, far) : (far, near);
        if (near.Contains(':', StringComparison.Ordinal) != far.Contains(':', StringComparison.Ordinal))
        {
            destination = source;
        }

        var (first, second) = (Port(random, selector.LocalPorts), Port(random, selector.RemotePorts));
        var isV6 = source.Contains(':', StringComparison.Ordinal);
        var builder = (random.Next(3) == 0 ? Protocols[random.Next(Protocols.Length)] : selector.Protocol) switch
        {
            IpProtocol.Tcp => PacketBuilder.Tcp(source, destination, first, second).Payload(random.Next(40)),
            IpProtocol.Udp => PacketBuilder.Udp(source, destination, first, second).Payload(random.Next(40)),
            IpProtocol.Icmp or IpProtocol.Icmpv6 => PacketBuilder.Icmp(source, destination, (byte)(first >> 8), (byte)first).Payload(random.Next(40)),
            IpProtocol.Ah => PacketBuilder.Ip(source, destination, IpProtocol.Ah).Payload([6, 4, 0, 0, .. new byte[44]]),
            { } other => PacketBuilder.Ip(source, destination, other).Payload(random.Next(8, 60)),
            null => PacketBuilder.Tcp(source, destination, first, second).Payload(random.Next(40)),
        };
        if (isV6 && random.Next(3) == 0)
        {
            builder = builder.Extension(random.Next(2) == 0 ? IpProtocol.HopByHop : IpProtocol.DestinationOptions, 1, 4, 0, 0, 0, 0);
        }

        return (random.Next(4) == 0 ? builder.Fragment(random.Next(3) * 64, random.Next(2) == 0) : builder).Build();
    }

    private static TrafficSelector Selector(Random random)
    {
        var isV6 = random.Next(3) == 0;
        var protocol = Protocols[random.Next(Protocols.Length)];
        var ports = random.Next(2) == 0 ? PortRange.Any : Ports(random);
        return new(Range(random, isV6), Range(random, isV6), protocol, ports, protocol is IpProtocol.Icmp or IpProtocol.Icmpv6 ? ports : random.Next(2) == 0 ? PortRange.Any : Ports(random));
    }

    private static PortRange Ports(Random random)
    {
        var first = random.Next(65536);
        return new((ushort)first, (ushort)random.Next(first, 65536));
    }

    private static AddressRange Range(Random random, bool isV6)
    {
        var address = TestSa.Address(Address(random, isV6));
        return random.Next(8) switch
        {
            0 => isV6 ? AddressRange.AnyV6 : AddressRange.AnyV4,
            < 5 => AddressRange.Prefix(address, random.Next(isV6 ? 100 : 16, isV6 ? 129 : 33)),
            _ => AddressRange.Of(address),
        };
    }

    private static string Address(Random random, bool isV6) => isV6
        ? string.Create(CultureInfo.InvariantCulture, $"fd77::{random.Next(4):x}:{random.Next(65536):x}")
        : string.Create(CultureInfo.InvariantCulture, $"10.{random.Next(4)}.{random.Next(256)}.{random.Next(256)}");

    // The ends of a range and the addresses beside them are where mistakes are.
    private static IpAddress Pick(Random random, AddressRange range) => random.Next(5) switch
    {
        0 when range.First.Value > 0 => range.First with { Value = range.First.Value - 1 },
        1 when range.Last.Value < (range.Last.Version == IpVersion.V4 ? uint.MaxValue : UInt128.MaxValue) => range.Last with { Value = range.Last.Value + 1 },
        2 => range.First,
        _ => range.Last,
    };

    private static ushort Port(Random random, PortRange range) => (ushort)(random.Next(5) switch
    {
        0 => range.First - 1,
        1 => range.Last + 1,
        2 => range.First,
        _ => range.Last,
    });
}
