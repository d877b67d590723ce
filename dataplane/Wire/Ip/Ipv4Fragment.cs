namespace IpsecDp.Wire.Ip;

/// <summary>Fragments of an IPv4 packet (RFC 791 §3.2).</summary>
internal static class Ipv4Fragment
{
    private const byte EndOfOptions = 0;
    private const byte NoOperation = 1;
    private const byte CopyBit = 0x80;
    private const ushort MoreFragmentsBit = 0x2000;

    public static FragmentPlan Plan(Ipv4View packet, int mtu)
    {
        Span<byte> copied = stackalloc byte[40];
        var laterHeader = Ipv4View.MinimumHeaderLength + CopyOptions(packet.Options, copied);
        return new FragmentPlan(
            IpFragmenter.RoundDown(mtu - packet.HeaderLength),
            IpFragmenter.RoundDown(mtu - laterHeader),
            packet.Payload.Length,
            packet.FragmentOffset,
            packet.MoreFragments);
    }

    public static int Write(Ipv4View packet, int mtu, int index, Span<byte> destination)
    {
        var plan = Plan(packet, mtu);
        if (!plan.IsPossible || (uint)index >= (uint)plan.Count)
        {
            return 0;
        }

        Span<byte> options = stackalloc byte[40];
        var optionsLength = packet.Options.Length;
        if (index == 0)
        {
            packet.Options.CopyTo(options);
        }
        else
        {
            optionsLength = CopyOptions(packet.Options, options);
        }

        var headerLength = Ipv4View.MinimumHeaderLength + optionsLength;
        var length = headerLength + plan.LengthOf(index);
        if (length > destination.Length)
        {
            return 0;
        }

        var octets = destination[..length];
        packet.Octets[..Ipv4View.MinimumHeaderLength].CopyTo(octets);
        options[..optionsLength].CopyTo(octets[Ipv4View.MinimumHeaderLength..]);
        packet.Payload.Slice(plan.OffsetOf(index), plan.LengthOf(index)).CopyTo(octets[headerLength..]);
        octets[0] = (byte)(0x40 | (headerLength / 4));
        var fragment = Ipv4View.Trust(octets);
        fragment.TotalLength = (ushort)length;
        // DF is left out: whoever divides the packet has decided that it does not bind.
        var offset = (plan.BaseOffset + plan.OffsetOf(index)) / 8;
        fragment.FragmentWord = (ushort)(offset | (plan.HasMoreBehind(index) ? MoreFragmentsBit : 0));
        fragment.UpdateChecksum();
        return length;
    }

    // RFC 791 §3.1: options without the copy bit stay in the first fragment. What follows a malformed option is not copied.
    private static int CopyOptions(ReadOnlySpan<byte> options, Span<byte> copied)
    {
        var length = 0;
        while (!options.IsEmpty && options[0] != EndOfOptions)
        {
            if (options[0] == NoOperation)
            {
                options = options[1..];
                continue;
            }

            if (options.Length < 2 || options[1] < 2 || options[1] > options.Length)
            {
                break;
            }

            if ((options[0] & CopyBit) != 0)
            {
                options[..options[1]].CopyTo(copied[length..]);
                length += options[1];
            }

            options = options[options[1]..];
        }

        var padded = (length + 3) & ~3;
        copied[length..padded].Clear();
        return padded;
    }
}
