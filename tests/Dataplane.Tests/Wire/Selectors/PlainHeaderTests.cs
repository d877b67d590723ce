using System.Buffers.Binary;
using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace Dataplane.Tests.Wire.Selectors;

public sealed class PlainHeaderTests
{
    public static TheoryData<string> Kinds => ["v4-tcp", "v4-udp", "v4-esp", "v6-tcp", "v6-udp", "v6-esp"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Matches_AnyBitOfTheFrontChanged_IsFalseOrOneOfLengthIdentificationAndChecksum(string kind)
    {
        var packet = Packet(kind);
        var isV4 = kind.StartsWith("v4", StringComparison.Ordinal);
        Assert.True(PlainHeader.TryRead(packet, out var head));
        Assert.True(head.Matches(packet, out var length));
        Assert.Equal(packet.Length, length);
        int[] free = isV4 ? [2, 3, 4, 5, 10, 11] : [4, 5];
        for (var bit = 0; bit < packet.Length * 8; bit++)
        {
            byte[] changed = [.. packet, .. new byte[65536]];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            var isFree = bit / 8 >= (isV4 ? 24 : 44) || free.Contains(bit / 8);
            var stated = isV4 ? BinaryPrimitives.ReadUInt16BigEndian(changed.AsSpan(2)) : 40 + BinaryPrimitives.ReadUInt16BigEndian(changed.AsSpan(4));
            Assert.Equal(isFree && stated >= (isV4 ? 24 : 44), head.Matches(changed, out _));
        }
    }

    [Fact]
    public void Matches_RandomPackets_ImpliesTheSameFlowAndMarks()
    {
        var random = new Random(8);
        var matches = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var (one, other) = (Random(random), Random(random));
            if (!PlainHeader.TryRead(one, out var head) || !head.Matches(other, out var length))
            {
                continue;
            }

            matches++;
            Assert.True(IpPacketView.TryView(one, out var first));
            Assert.True(IpPacketView.TryView(other, out var second));
            Assert.True(FlowKey.TryRead(first, out var flow));
            Assert.True(FlowKey.TryRead(second, out var otherFlow));
            Assert.Equal(flow, otherFlow);
            Assert.Equal((first.Tos, first.HopLimit, first.PayloadAt, first.DontFragment, first.IsFragment), (second.Tos, second.HopLimit, second.PayloadAt, second.DontFragment, second.IsFragment));
            Assert.Equal((second.Octets.Length, head.Tos, head.Protocol, head.IpLength), (length, first.Tos, first.Protocol, first.PayloadAt));
        }

        Assert.InRange(matches, 100, 20_000);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Matches_StatedLengthOutsideTheOctets_IsFalse(string kind)
    {
        var packet = Packet(kind);
        Assert.True(PlainHeader.TryRead(packet, out var head));
        foreach (var cut in Damage.Truncations(packet))
        {
            Assert.False(head.Matches(cut, out _));
        }

        Assert.True(head.Matches([.. packet, 1, 2, 3], out var length));
        Assert.Equal(packet.Length, length);
        var isV4 = packet[0] >> 4 == 4;
        // Up to the ports is the least.
        foreach (var (stated, isRight) in new[] { (isV4 ? 24 : 4, true), (isV4 ? 23 : 3, false), (0, false) })
        {
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(isV4 ? 2 : 4), (ushort)stated);
            Assert.Equal(isRight, head.Matches(packet, out _));
        }
    }

    [Fact]
    public void Matches_NothingRead_IsFalse()
    {
        foreach (var kind in Kinds)
        {
            Assert.False(default(PlainHeader).Matches(Packet((string)kind), out _));
        }

        Assert.False(default(PlainHeader).Matches(new byte[100], out _));
    }

    [Fact]
    public void TryRead_OptionsExtensionsFragmentsAndOthers_IsFalse()
    {
        byte[][] others =
        [
            PacketBuilder.Udp("10.1.0.1", "10.2.0.2", 1, 2).Options(1, 1, 1, 1).Payload(40).Build(),
            PacketBuilder.Udp("10.1.0.1", "10.2.0.2", 1, 2).Payload(40).Fragment(0, more: true).Build(),
            PacketBuilder.Udp("10.1.0.1", "10.2.0.2", 1, 2).Payload(40).Fragment(80, more: false).Build(),
            PacketBuilder.Icmp("10.1.0.1", "10.2.0.2", 8, 0).Payload(40).Build(),
            PacketBuilder.Ip("10.1.0.1", "10.2.0.2", IpProtocol.Ah).Payload(40).Build(),
            PacketBuilder.Udp("fd00::1", "fd00::2", 1, 2).Extension(IpProtocol.HopByHop, 5, 2).Payload(40).Build(),
            PacketBuilder.Udp("fd00::1", "fd00::2", 1, 2).Payload(40).Fragment(0, more: true).Build(),
            PacketBuilder.Icmp("fd00::1", "fd00::2", 128, 0).Payload(40).Build(),
            new byte[60],
            [],
        ];
        Assert.All(others, packet => Assert.False(PlainHeader.TryRead(packet, out _)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Continues_HeaderAndPayloadApart_IsAsMatchesIs(string kind)
    {
        var packet = Packet(kind);
        Assert.True(PlainHeader.TryRead(packet, out var head));
        var (protocol, at) = (head.Protocol, head.IpLength);
        var carrier = (byte[])packet.Clone();
        carrier[at == 20 ? 9 : 6] = IpProtocol.Esp;
        Assert.True(head.Continues(carrier.AsSpan(0, at), protocol, packet.AsSpan(at)));
        Assert.False(head.Continues(carrier.AsSpan(0, at), (byte)(protocol ^ 1), packet.AsSpan(at)));
        Assert.False(head.Continues(carrier.AsSpan(0, at), protocol, packet.AsSpan(at, 3)));
        Assert.False(head.Continues(carrier.AsSpan(0, at - 4), protocol, packet.AsSpan(at)));
        int[] free = at == 20 ? [2, 3, 4, 5, 9, 10, 11] : [4, 5, 6];
        for (var bit = 0; bit < (at + 8) * 8; bit++)
        {
            var changed = (byte[])carrier.Clone();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(free.Contains(bit / 8) || bit / 8 >= at + 4, head.Continues(changed.AsSpan(0, at), protocol, changed.AsSpan(at)));
        }
    }

    private static byte[] Packet(string kind) => kind switch
    {
        "v4-tcp" => PacketBuilder.Tcp("10.1.0.1", "10.2.0.2", 5000, 80).Tos(0x2E).DontFragment().Payload(30).Build(),
        "v4-udp" => PacketBuilder.Udp("10.1.0.1", "10.2.0.2", 5000, 80).Payload(30).Build(),
        "v4-esp" => PacketBuilder.Ip("10.1.0.1", "10.2.0.2", IpProtocol.Esp).Payload(50).Build(),
        "v6-tcp" => PacketBuilder.Tcp("fd00::1", "fd00::2", 5000, 80).Tos(0x2E).FlowLabel(0xABCDE).Payload(30).Build(),
        "v6-udp" => PacketBuilder.Udp("fd00::1", "fd00::2", 5000, 80).Payload(30).Build(),
        _ => PacketBuilder.Ip("fd00::1", "fd00::2", IpProtocol.Esp).Payload(50).Build(),
    };

    private static byte[] Random(Random random)
    {
        var (source, destination) = random.Next(2) == 0 ? ("fd00::1", "fd00::2") : ("10.1.0.1", random.Next(4) == 0 ? "10.2.0.3" : "10.2.0.2");
        var port = (ushort)(80 + random.Next(2));
        var builder = random.Next(3) switch { 0 => PacketBuilder.Tcp(source, destination, 5000, port), 1 => PacketBuilder.Udp(source, destination, 5000, port), _ => PacketBuilder.Ip(source, destination, IpProtocol.Esp) };
        builder.Identification((ushort)random.Next(65536)).Tos((byte)(random.Next(2) * 4)).HopLimit((byte)(63 + random.Next(2))).Payload(random.Next(8, 60));
        return (random.Next(2) == 0 ? builder.DontFragment() : builder).Build();
    }
}
