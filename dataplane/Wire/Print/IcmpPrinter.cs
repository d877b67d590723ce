using IpsecDp.Wire.Transport;

namespace IpsecDp.Wire.Print;

/// <summary>Describes ICMP and ICMPv6 messages; of an error, also whose packet it is about.</summary>
internal static class IcmpPrinter
{
    public static void Write(Span<byte> payload, ref LineWriter line, int depth)
    {
        if (!IcmpView.TryView(payload, out var message))
        {
            PayloadPrinter.WriteCutOff("ICMP", payload, ref line);
            return;
        }

        line.Add("ICMP ");
        switch (message.Type)
        {
            case IcmpType.Echo:
                WriteEcho("echo request", message, ref line);
                break;

            case IcmpType.EchoReply:
                WriteEcho("echo reply", message, ref line);
                break;

            case IcmpType.Unreachable when message.Code == IcmpType.FragmentationNeededCode:
                line.Add("unreachable, fragmentation needed, mtu ");
                line.Add((ushort)message.Rest);
                break;

            case IcmpType.Unreachable when message.Code == IcmpType.ProhibitedCode:
                line.Add("unreachable, administratively prohibited");
                break;

            default:
                WriteTypeAndCode(Name(message.Type), message, ref line);
                break;
        }

        WriteLength(message, IcmpType.IsError(message.Type), ref line, depth);
    }

    public static void WriteV6(Span<byte> payload, ref LineWriter line, int depth)
    {
        if (!IcmpView.TryView(payload, out var message))
        {
            PayloadPrinter.WriteCutOff("ICMP6", payload, ref line);
            return;
        }

        line.Add("ICMP6 ");
        switch (message.Type)
        {
            case IcmpType.V6Echo:
                WriteEcho("echo request", message, ref line);
                break;

            case IcmpType.V6EchoReply:
                WriteEcho("echo reply", message, ref line);
                break;

            case IcmpType.V6PacketTooBig:
                line.Add("packet too big, mtu ");
                line.Add(message.Rest);
                break;

            case IcmpType.V6Unreachable when message.Code == IcmpType.V6ProhibitedCode:
                line.Add("unreachable, administratively prohibited");
                break;

            default:
                WriteTypeAndCode(NameV6(message.Type), message, ref line);
                break;
        }

        // A redirect carries addresses and options where errors carry a packet (RFC 4861 §4.5).
        WriteLength(message, IcmpType.IsV6Error(message.Type) && message.Type != IcmpType.V6Redirect, ref line, depth);
    }

    private static void WriteEcho(string name, IcmpView message, ref LineWriter line)
    {
        line.Add(name);
        line.Add(", id ");
        line.Add(message.Rest >> 16);
        line.Add(", seq ");
        line.Add((ushort)message.Rest);
    }

    private static void WriteTypeAndCode(string name, IcmpView message, ref LineWriter line)
    {
        line.Add(name);
        line.Add(" type ");
        line.Add(message.Type);
        line.Add(" code ");
        line.Add(message.Code);
    }

    private static void WriteLength(IcmpView message, bool isError, ref LineWriter line, int depth)
    {
        line.Add(", length ");
        line.Add(message.Octets.Length);
        if (!isError || depth > 0 || !QuotedPacketView.TryView(message.Body, out var quoted))
        {
            return;
        }

        line.Add(" (about ");
        line.Add(quoted.Source);
        line.Add(" > ");
        line.Add(quoted.Destination);
        line.Add(": ");
        line.Add(ProtocolName.Of(quoted.Protocol));
        line.Add(")");
    }

    private static string Name(byte type) => type switch
    {
        IcmpType.Unreachable => "unreachable",
        IcmpType.SourceQuench => "source quench",
        IcmpType.Redirect => "redirect",
        IcmpType.TimeExceeded => "time exceeded",
        IcmpType.ParameterProblem => "parameter problem",
        _ => "message",
    };

    private static string NameV6(byte type) => type switch
    {
        IcmpType.V6Unreachable => "unreachable",
        IcmpType.V6TimeExceeded => "time exceeded",
        IcmpType.V6ParameterProblem => "parameter problem",
        IcmpType.V6RouterSolicitation => "router solicitation",
        IcmpType.V6RouterAdvertisement => "router advertisement",
        IcmpType.V6NeighborSolicitation => "neighbor solicitation",
        IcmpType.V6NeighborAdvertisement => "neighbor advertisement",
        IcmpType.V6Redirect => "redirect",
        _ => "message",
    };
}
