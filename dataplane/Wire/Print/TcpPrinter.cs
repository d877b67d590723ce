using IpsecDp.Wire.Transport;

namespace IpsecDp.Wire.Print;

/// <summary>Describes a TCP segment.</summary>
internal static class TcpPrinter
{
    // One letter per bit from FIN to CWR, as tcpdump spells them; ACK is a dot.
    private const string Letters = "FSRP.UEW";

    public static void Write(Span<byte> payload, ref LineWriter line)
    {
        if (!TcpView.TryView(payload, out var tcp))
        {
            PayloadPrinter.WriteCutOff("TCP", payload, ref line);
            return;
        }

        line.Add("Flags [");
        WriteFlags(tcp.Flags, ref line);
        line.Add("], seq ");
        line.Add(tcp.Sequence);
        if (!tcp.Payload.IsEmpty)
        {
            line.Add(":");
            line.Add(tcp.Sequence + (uint)tcp.Payload.Length);
        }

        if ((tcp.Flags & TcpView.Ack) != 0)
        {
            line.Add(", ack ");
            line.Add(tcp.Acknowledgment);
        }

        line.Add(", win ");
        line.Add(tcp.Window);
        if (!tcp.Options.IsEmpty)
        {
            line.Add(", options ");
            line.Add(tcp.Options.Length);
        }

        line.Add(", length ");
        line.Add(tcp.Payload.Length);
    }

    private static void WriteFlags(byte flags, ref LineWriter line)
    {
        if (flags == 0)
        {
            line.Add("none");
            return;
        }

        // tcpdump's order: the dot of ACK comes last.
        for (var i = 0; i < Letters.Length; i++)
        {
            if (Letters[i] != '.' && (flags >> i & 1) != 0)
            {
                line.Add(Letters.AsSpan(i, 1));
            }
        }

        line.Add((flags & TcpView.Ack) != 0 ? "." : "");
    }
}
