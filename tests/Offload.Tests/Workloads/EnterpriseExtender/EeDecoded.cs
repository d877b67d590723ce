using System.Globalization;
using System.Text;

namespace Offload.Tests.Workloads.EnterpriseExtender;

/// <summary>A reader of EE packets by plain offsets, written from the published layouts and not from the product's writers.</summary>
internal sealed record EeDecoded(int Port, int Tos, int Dsap, int Ssap, int Control, string Kind)
{
    internal int Priority { get; private init; } = -1;

    internal bool IsTimeSensitive { get; private init; }

    internal int SwitchingMode { get; private init; }

    internal string Labels { get; private init; } = string.Empty;

    internal string ConnectionId { get; private init; } = string.Empty;

    internal int Flags { get; private init; }

    internal long ByteSequence { get; private init; }

    internal int DataLength { get; private init; }

    internal IReadOnlyList<(int Type, byte[] Octets)> Segments { get; private init; } = [];

    internal byte[] Data { get; private init; } = [];

    internal static EeDecoded Read(byte[] packet)
    {
        var isV4 = packet[0] >> 4 == 4;
        var udp = isV4 ? 20 : 40;
        var tos = isV4 ? packet[1] : ((packet[0] & 15) << 4) | (packet[1] >> 4);
        Assert.Equal(17, isV4 ? packet[9] : packet[6]);
        var port = Number(packet, udp, 2);
        Assert.Equal(port, Number(packet, udp + 2, 2));
        var llc = udp + 8;
        var head = new EeDecoded((int)port, tos, packet[llc], packet[llc + 1], packet[llc + 2], "?");
        var rest = packet[(llc + 3)..];
        return (head.Control & 0xEF) switch
        {
            0x03 => ReadNlp(head, rest),
            0xE3 => head with { Kind = "TEST", Data = rest },
            0xAF => head with { Kind = "XID", Data = rest },
            0x43 => head with { Kind = "DISC", Data = rest },
            0x0F => head with { Kind = "DM", Data = rest },
            _ => head,
        };
    }

    /// <summary>The control vectors of an XID3 field: key, then length, from behind the DLC-dependent section.</summary>
    internal static Dictionary<int, byte[]> VectorsOf(byte[] xid)
    {
        var vectors = new Dictionary<int, byte[]>();
        for (var at = 18 + xid[18]; at < xid[1]; at += 2 + xid[at + 1])
        {
            vectors.Add(xid[at], xid[(at + 2)..(at + 2 + xid[at + 1])]);
        }

        return vectors;
    }

    internal static string Ebcdic(byte[] octets)
    {
        var text = new StringBuilder();
        foreach (var octet in octets)
        {
            text.Append(octet switch
            {
                0x4B => '.',
                >= 0xC1 and <= 0xC9 => (char)('A' + octet - 0xC1),
                >= 0xD1 and <= 0xD9 => (char)('J' + octet - 0xD1),
                >= 0xE2 and <= 0xE9 => (char)('S' + octet - 0xE2),
                >= 0xF0 and <= 0xF9 => (char)('0' + octet - 0xF0),
                _ => '?',
            });
        }

        return text.ToString();
    }

    internal static long Number(byte[] octets, int at, int count)
    {
        var value = 0L;
        for (var index = 0; index < count; index++)
        {
            value = (value << 8) | octets[at + index];
        }

        return value;
    }

    private static EeDecoded ReadNlp(EeDecoded head, byte[] nlp)
    {
        var end = 2;
        while (nlp[end] != 0xFF)
        {
            end++;
        }

        Assert.Equal(0, nlp[end + 1]);
        var thdr = end + 2;
        var headerLength = (int)Number(nlp, thdr + 10, 2) * 4;
        var segments = new List<(int Type, byte[] Octets)>();
        if ((nlp[thdr + 9] & 0x04) != 0)
        {
            for (var at = thdr + 20; at < thdr + headerLength; at += nlp[at] * 4)
            {
                Assert.NotEqual(0, nlp[at]);
                segments.Add((nlp[at + 1], nlp[at..(at + (nlp[at] * 4))]));
            }
        }

        var data = nlp[(thdr + headerLength)..];
        return head with
        {
            Kind = "NLP",
            SwitchingMode = nlp[0] & 0xE0,
            Priority = (nlp[0] & 0x06) >> 1,
            IsTimeSensitive = (nlp[1] & 0x08) != 0,
            Labels = Convert.ToHexString(nlp[2..end]),
            ConnectionId = Number(nlp, thdr, 8).ToString("X16", CultureInfo.InvariantCulture),
            Flags = nlp[thdr + 8],
            DataLength = (int)Number(nlp, thdr + 12, 4),
            ByteSequence = Number(nlp, thdr + 16, 4),
            Segments = segments,
            Data = data,
        };
    }
}
