using System.Text.Json;
using IpsecDp.TestKit.Divert;

namespace Windows.Tests.Library;

/// <summary>The DLL's packet functions through the shipped binding, against what was observed.</summary>
public sealed class GoldenPacketTests
{
    public GoldenPacketTests()
    {
        Installation.Require();
        Assert.SkipWhen(GoldenFolder.Hindrance is not null, GoldenFolder.Hindrance ?? "");
    }

    [Fact]
    public void Parse_EveryPacket_HeadersAreWhereObserved()
    {
        var compared = 0;
        foreach (var line in GoldenFolder.Lines("parse.jsonl"))
        {
            var seen = DllCalls.Parse(PacketOf(line));
            Assert.Equal((NameOf(line), line.GetProperty("ok").GetBoolean()), (NameOf(line), seen.IsTaken));
            compared++;
            if (!seen.IsTaken)
            {
                continue;
            }

            Assert.Equal((line.GetProperty("protocol").GetInt32(), line.GetProperty("dataLen").GetUInt32(), line.GetProperty("nextLen").GetUInt32()), (seen.Protocol, seen.DataLength, seen.NextLength));
            foreach (var (header, at) in seen.At)
            {
                var observed = line.GetProperty(header);
                Assert.Equal((NameOf(line), header, observed.ValueKind == JsonValueKind.Null ? -1 : observed.GetInt32()), (NameOf(line), header, at));
            }
        }

        Assert.True(compared > 140, $"{compared}");
    }

    [Fact]
    public void CalculateChecksums_EveryPacketAndExclusion_IsAnsweredAsObserved()
    {
        var compared = 0;
        foreach (var line in GoldenFolder.Lines("checksum.jsonl"))
        {
            var packet = PacketOf(line);
            var hasAddress = line.GetProperty("withAddress").GetBoolean();
            var marks = (byte)(DivertAddressImage.Outbound | (packet.Length > 0 && packet[0] >> 4 == 6 ? DivertAddressImage.V6 : 0));
            var seen = DllCalls.CalculateChecksums(packet, hasAddress ? DivertAddressImage.Of(0, marks, 0) : null, line.GetProperty("flags").GetUInt64());
            Assert.Equal((NameOf(line), line.GetProperty("ok").GetBoolean()), (NameOf(line), seen.IsDone));
            Assert.True(Patched(line).AsSpan().SequenceEqual(seen.Packet), NameOf(line));
            if (hasAddress)
            {
                Assert.Equal((NameOf(line), line.GetProperty("addressFlagsByte").GetInt32()), (NameOf(line), seen.AddressFlags));
            }

            compared++;
        }

        Assert.True(compared > 1000, $"{compared}");
    }

    [Fact]
    public void DecrementTimeToLive_EveryPacket_IsAnsweredAsObserved()
    {
        var compared = 0;
        foreach (var line in GoldenFolder.Lines("ttl.jsonl"))
        {
            var seen = DllCalls.DecrementTimeToLive(PacketOf(line));
            Assert.Equal((NameOf(line), line.GetProperty("ok").GetBoolean()), (NameOf(line), seen.IsDone));
            Assert.True(Patched(line).AsSpan().SequenceEqual(seen.Packet), NameOf(line));
            compared++;
        }

        Assert.True(compared > 140, $"{compared}");
    }

    private static string NameOf(JsonElement line) => line.GetProperty("name").GetString()!;

    private static byte[] PacketOf(JsonElement line) => (byte[])GoldenFolder.Packets[NameOf(line)].Clone();

    private static byte[] Patched(JsonElement line)
    {
        var packet = PacketOf(line);
        foreach (var change in line.GetProperty("patch").EnumerateArray())
        {
            packet[change[0].GetInt32()] = (byte)change[1].GetInt32();
        }

        return packet;
    }
}
