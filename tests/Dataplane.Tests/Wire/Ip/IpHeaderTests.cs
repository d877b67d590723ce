using System.Buffers.Binary;
using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;

namespace Dataplane.Tests.Wire.Ip;

/// <summary>The fast header writers against the slow ones and the naive sum.</summary>
public sealed class IpHeaderTests
{
    [Theory]
    [InlineData("192.0.2.1", "198.51.100.2")]
    [InlineData("255.255.255.255", "255.255.255.255")]
    [InlineData("0.0.0.0", "0.0.0.0")]
    [InlineData("2001:db8::1", "2001:db8::2")]
    public void Template_RandomFields_WritesWhatTheViewsWrite(string source, string destination)
    {
        var random = new Random(3);
        for (var round = 0; round < 5000; round++)
        {
            var fields = new IpHeaderFields(Parse(source), Parse(destination), (byte)random.Next(256), (byte)random.Next(256));
            var template = new IpHeaderTemplate(fields);
            var (tos, identification, isWhole) = ((byte)random.Next(256), (ushort)random.Next(65536), random.Next(2) == 0);
            var (expected, written) = (new byte[template.Length + random.Next(0, 1500)], Array.Empty<byte>());
            written = [.. Enumerable.Repeat((byte)0xEE, expected.Length)];
            expected.AsSpan().Fill(0xEE);
            var whole = fields with { Tos = tos, Identification = identification, DontFragment = isWhole };
            if (fields.Source.Version == IpVersion.V4)
            {
                Ipv4View.Write(expected, whole);
            }
            else
            {
                Ipv6View.Write(expected, whole);
            }

            template.Write(written, tos, identification, isWhole);
            Assert.Equal(expected, written);
            Assert.True(fields.Source.Version == IpVersion.V6 || NaiveChecksum.Compute(written.AsSpan(0, 20)) == 0);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Move_AnyDistanceEitherWay_IsACopyWithLengthProtocolAndSum(bool isV6)
    {
        var random = new Random(4);
        var (source, destination) = isV6 ? ("fd00::1", "fd00::2") : ("10.1.0.1", "10.2.0.2");
        var headerLength = isV6 ? 40 : 20;
        for (var distance = -64; distance <= 64; distance++)
        {
            var packet = PacketBuilder.Udp(source, destination, 1, 2).Tos((byte)random.Next(256)).HopLimit((byte)random.Next(256)).Identification((ushort)random.Next(65536)).FlowLabel((uint)random.Next(1 << 20)).Payload(60).Build();
            var (length, protocol) = (random.Next(headerLength, 65536), (byte)random.Next(256));
            var expected = packet[..headerLength];
            Set(expected, isV6, length, protocol);
            byte[] memory = [.. new byte[64], .. packet, .. new byte[64]];
            var untouched = (byte[])memory.Clone();
            // Of what is read of another one nothing may differ but lengths, identification and checksum.
            var other = packet[..headerLength];
            random.NextBytes(isV6 ? other.AsSpan(4, 2) : other.AsSpan(2, 4));
            random.NextBytes(isV6 ? [] : other.AsSpan(10, 2));
            new IpHeaderMove(other, protocol).Write(memory.AsSpan(64, headerLength), memory.AsSpan(64 + distance), length);
            Assert.Equal(expected, memory[(64 + distance)..(64 + distance + headerLength)]);
            Assert.Equal(untouched[..(64 + distance)], memory[..(64 + distance)]);
            Assert.Equal(untouched[(64 + distance + headerLength)..], memory[(64 + distance + headerLength)..]);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void HopLimit_EveryValue_IsOneLessAndTheSumRight(bool isV6)
    {
        for (var limit = 1; limit < 256; limit++)
        {
            byte[] Packet(int hops) => (isV6 ? PacketBuilder.Udp("fd00::1", "fd00::2", 1, 2) : PacketBuilder.Udp("10.1.0.1", "10.2.0.2", 1, 2)).HopLimit((byte)hops).Payload(9).Build();
            var packet = Packet(limit);
            IpHopLimit.Decrement(packet);
            Assert.Equal(Packet(limit - 1), packet);
        }
    }

    private static void Set(byte[] header, bool isV6, int length, byte protocol)
    {
        if (isV6)
        {
            BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), (ushort)(length - 40));
            header[6] = protocol;
            return;
        }

        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)length);
        (header[9], header[10], header[11]) = (protocol, 0, 0);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(10), NaiveChecksum.Compute(header));
    }

    private static IpAddress Parse(string text) => IpAddress.TryParse(text, out var address) ? address : throw new ArgumentException(text);
}
