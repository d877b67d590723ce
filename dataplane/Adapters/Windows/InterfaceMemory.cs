using IpsecDp.Wire.Ip;

namespace IpsecDp.Adapters.Windows;

/// <summary>Over which interface each of this host's addresses was last seen, for inbound packets that were made here and not captured, as ICMP errors are.</summary>
/// <remarks>Written and read without a lock: an entry is one word, and two addresses that share an entry cost a lookup of the latest interface of all.</remarks>
internal sealed class InterfaceMemory
{
    private const int Slots = 256;
    private readonly long[] _marks = new long[Slots];
    private readonly IpAddressTag[] _owners = new IpAddressTag[Slots];
    private long _latest;

    /// <summary>Notes where a packet's local address was seen.</summary>
    public void Note(ReadOnlySpan<byte> packet, bool isOutbound, CaptureMark mark)
    {
        // The caller has found a whole fixed header.
        var local = packet[0] >> 4 == (int)IpVersion.V4
            ? IpAddress.ReadV4(packet[(isOutbound ? 12 : 16)..])
            : IpAddress.ReadV6(packet[(isOutbound ? 8 : 24)..]);
        Note(local, mark);
    }

    /// <summary>Notes where a local address was seen.</summary>
    public void Note(IpAddress local, CaptureMark mark)
    {
        var tag = IpAddressTag.Of(local);
        var slot = (int)(tag.Value % Slots);
        if (Volatile.Read(ref _marks[slot]) != mark.Value || _owners[slot] != tag)
        {
            _owners[slot] = tag;
            Volatile.Write(ref _marks[slot], mark.Value);
        }

        if (Volatile.Read(ref _latest) != mark.Value)
        {
            Volatile.Write(ref _latest, mark.Value);
        }
    }

    /// <summary>The mark of a local address; of any where that one was never seen.</summary>
    public CaptureMark Recall(IpAddress local)
    {
        var tag = IpAddressTag.Of(local);
        var slot = (int)(tag.Value % Slots);
        var mark = Volatile.Read(ref _marks[slot]);
        return new(mark != 0 && _owners[slot] == tag ? mark : Volatile.Read(ref _latest));
    }

    private readonly record struct IpAddressTag(uint Value)
    {
        public static IpAddressTag Of(IpAddress address)
        {
            var folded = ((ulong)address.Value ^ (ulong)(address.Value >> 64)) * 0x9E3779B97F4A7C15;
            return new((uint)(folded >> 32) | 1);
        }
    }
}
