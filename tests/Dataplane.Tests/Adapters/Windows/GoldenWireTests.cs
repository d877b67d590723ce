using System.Text.Json;
using IpsecDp.TestKit.Divert;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace Dataplane.Tests.Adapters.Windows;

/// <summary>The product's own parser and checksums against what the real DLL did with the same packets.</summary>
public sealed class GoldenWireTests
{
    // Where the product reads another packet than the DLL, and means to.
    private static readonly Dictionary<string, string> Differs = new()
    {
        ["ah6_tcp"] = "AH is where the line stops, the DLL walks past it",
        ["v6_mh"] = "so is a mobility header",
        ["frag6_double"] = "two fragment headers are refused",
        ["frag6_short"] = "a header cut off is refused",
        ["rh_udp6"] = "behind a routing header the sum covers the final destination (RFC 8200 §8.1), the DLL takes the next one",
    };

    [Fact]
    public void Parse_EveryPacket_ProtocolAndTransportAreWhereTheDllFindsThem()
    {
        Assert.SkipWhen(GoldenFolder.Hindrance is not null, GoldenFolder.Hindrance ?? "");
        var compared = 0;
        foreach (var line in GoldenFolder.Lines("parse.jsonl").Where(line => !Differs.ContainsKey(Name(line))))
        {
            var packet = (byte[])GoldenFolder.Packets[Name(line)].Clone();
            var isViewed = IpPacketView.TryView(packet, out var view);
            Assert.True(line.GetProperty("ok").GetBoolean() == isViewed, Name(line));
            if (!isViewed)
            {
                continue;
            }

            Assert.True(line.GetProperty("protocol").GetInt32() == view.Protocol, Name(line));
            var isTcp = view.Protocol == IpProtocol.Tcp && !view.IsLaterFragment && TcpView.TryView(view.Payload, out _);
            if (line.GetProperty("tcp").ValueKind == JsonValueKind.Number && isTcp)
            {
                Assert.Equal(line.GetProperty("tcp").GetInt32(), view.PayloadAt);
            }

            if (line.GetProperty("udp").ValueKind == JsonValueKind.Number)
            {
                Assert.Equal((IpProtocol.Udp, line.GetProperty("udp").GetInt32()), (view.Protocol, view.PayloadAt));
            }

            compared++;
        }

        Assert.True(compared > 100, $"{compared}");
    }

    [Fact]
    public void Checksums_EveryPacket_AreTheDlls()
    {
        Assert.SkipWhen(GoldenFolder.Hindrance is not null, GoldenFolder.Hindrance ?? "");
        var compared = 0;
        foreach (var line in GoldenFolder.Lines("checksum.jsonl").Where(line => line.GetProperty("flags").GetInt32() == 0 && !line.GetProperty("withAddress").GetBoolean() && line.GetProperty("ok").GetBoolean()))
        {
            if (Differs.ContainsKey(Name(line)))
            {
                continue;
            }

            var expected = Patched(Name(line), line);
            var actual = (byte[])GoldenFolder.Packets[Name(line)].Clone();
            if (!IpPacketView.TryView(actual, out var view) || (view.Protocol == IpProtocol.Udp && !view.IsFragment && !UdpView.TryView(view.Payload, out _)))
            {
                continue;
            }

            if (view.Version == IpVersion.V4)
            {
                view.V4.UpdateChecksum();
            }

            TransportChecksum.TryUpdate(view);
            Assert.True(expected.AsSpan().SequenceEqual(actual), $"{Name(line)}: {Convert.ToHexString(expected)} and not {Convert.ToHexString(actual)}");
            compared++;
        }

        Assert.True(compared > 80, $"{compared}");
    }

    [Fact]
    public void TimeToLive_EveryPacketWithHopsLeft_IsDecrementedAsByTheDll()
    {
        Assert.SkipWhen(GoldenFolder.Hindrance is not null, GoldenFolder.Hindrance ?? "");
        var compared = 0;
        foreach (var line in GoldenFolder.Lines("ttl.jsonl"))
        {
            var actual = (byte[])GoldenFolder.Packets[Name(line)].Clone();
            if (!IpPacketView.TryView(actual, out var view))
            {
                continue;
            }

            Assert.True(line.GetProperty("ok").GetBoolean() == view.HopLimit > 1, Name(line));
            if (view.HopLimit > 1)
            {
                IpHopLimit.Decrement(actual);
                Assert.True(IsSameUpToZero(Patched(Name(line), line), actual), Name(line));
                compared++;
            }
        }

        Assert.True(compared > 80, $"{compared}");
    }

    [Fact]
    public void Batch_PacketsWithoutGap_AreFoundByTheirLengths()
    {
        Assert.SkipWhen(GoldenFolder.Hindrance is not null, GoldenFolder.Hindrance ?? "");
        var compared = 0;
        foreach (var line in GoldenFolder.Lines("batch.jsonl"))
        {
            var octets = line.GetProperty("packets").EnumerateArray().SelectMany(name => GoldenFolder.Packets[name.GetString()!]).ToArray();
            foreach (var step in line.GetProperty("steps").EnumerateArray().Where(step => step.GetProperty("ok").GetBoolean() && step.GetProperty("next").GetInt32() > 0))
            {
                var at = step.GetProperty("offset").GetInt32();
                Assert.True(IpPacketView.TryView(octets.AsSpan(at), out var view));
                Assert.Equal(step.GetProperty("next").GetInt32(), at + view.Octets.Length);
                compared++;
            }
        }

        Assert.True(compared > 4, $"{compared}");
    }

    // 0000 and FFFF are the same sum; RFC 1624 says why an update may give the other.
    private static bool IsSameUpToZero(byte[] expected, byte[] actual)
    {
        var isZero = (byte[] packet) => (packet[10], packet[11]) is (0, 0) or (0xFF, 0xFF);
        if (actual[0] >> 4 == 4 && isZero(expected) && isZero(actual))
        {
            (actual[10], actual[11]) = (expected[10], expected[11]);
        }

        return expected.AsSpan().SequenceEqual(actual);
    }

    private static byte[] Patched(string name, JsonElement line)
    {
        var packet = (byte[])GoldenFolder.Packets[name].Clone();
        foreach (var change in line.GetProperty("patch").EnumerateArray())
        {
            packet[change[0].GetInt32()] = (byte)change[1].GetInt32();
        }

        return packet;
    }

    private static string Name(JsonElement line) => line.GetProperty("name").GetString()!;
}
