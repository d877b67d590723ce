using System.Buffers.Binary;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Flow;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;

namespace Dataplane.Tests.Ipsec;

public sealed class StrayReportTests
{
    [Fact]
    public void Flood_OfManySources_IsBoundedAndToldAnewEachSecond()
    {
        var (clock, events) = (new ManualClock(), new RecordedEvents());
        var reports = new StrayReports(events, clock);
        for (var second = 1; second <= 3; second++)
        {
            for (var i = 0U; i < 10_000; i++)
            {
                reports.Tell(Stray(i, $"203.0.{i >> 8 & 255}.{i & 255}"));
            }

            Assert.InRange(events.Told.Count, second, second * 16);
            clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    // Another's flood may stand in one place of sixteen; a peer in another is heard.
    [Fact]
    public void Source_BesideAFlood_IsStillHeard()
    {
        var (clock, events) = (new ManualClock(), new RecordedEvents());
        var reports = new StrayReports(events, clock);
        var heard = 0;
        for (var peer = 1U; peer <= 32; peer++)
        {
            for (var i = 0U; i < 100; i++)
            {
                reports.Tell(Stray(i, "203.0.113.9"));
            }

            reports.Tell(Stray(5000 + peer, $"192.0.2.{peer}"));
            heard += events.LastStray!.Value.Spi == 5000 + peer ? 1 : 0;
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(heard, 16, 32);
    }

    [Fact]
    public void Packet_OfAnUnknownSpi_IsToldWithBothItsEnds()
    {
        using var pair = new SteppedPair();
        var packet = Assert.Single(pair.A.Send(PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 2).Payload(20).Build()));
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(20), 0x1234);
        Assert.Empty(pair.B.Receive(packet));
        var told = pair.B.Events.LastStray!.Value;
        Assert.Equal((0x1234U, (ushort)0, (ushort)0), (told.Spi, told.SourcePort, told.DestinationPort));
        Assert.True(IpPacketView.TryView(packet, out var view));
        Assert.Equal((view.Source, view.Destination), (told.Source, told.Destination));
    }

    private static StrayPacket Stray(uint spi, string source)
    {
        Assert.True(IpAddress.TryParse(source, out var from));
        Assert.True(IpAddress.TryParse("192.0.2.200", out var to));
        return new(spi, from, 0, to, 0);
    }
}
