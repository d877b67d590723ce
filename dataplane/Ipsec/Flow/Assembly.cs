using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Ipsec.Flow;

/// <summary>One packet in pieces: its payload grows in place behind room for the header of its first fragment.</summary>
internal sealed class Assembly(PacketBuffer buffer, long startedAt)
{
    // More pieces than a 64 KB packet has at the smallest MTU a path carries are an attack.
    private const int MostPieces = 128;
    private const int HeaderRoom = 256;

    private readonly List<(int First, int End)> _ranges = [];
    private readonly byte[] _header = new byte[HeaderRoom];
    private int _headerLength;
    private int _fieldAt;
    private byte _protocol;
    private int _total = -1;
    private int _received;

    public PacketBuffer Buffer => buffer;

    public long StartedAt => startedAt;

    public int Pieces { get; private set; }

    public bool IsComplete => _total >= 0 && _received == _total && _headerLength > 0;

    /// <summary>Copies a fragment in; false for an overlap, a size that cannot be, or too many pieces.</summary>
    public bool TryAdd(in IpPacketView fragment)
    {
        Pieces++;
        var payloadAt = fragment.Version == IpVersion.V4 ? fragment.PayloadAt : fragment.FragmentHeaderAt + Ipv6ExtensionWalker.FragmentHeaderLength;
        var payload = fragment.Octets[payloadAt..];
        var (first, end) = (fragment.FragmentOffset, fragment.FragmentOffset + payload.Length);
        if (Pieces > MostPieces || payload.IsEmpty || end > Ipv4View.MaximumLength || Overlaps(first, end))
        {
            return false;
        }

        // Every piece but the last ends on 8 octets (RFC 791 §3.2, RFC 8200 §4.5).
        if (fragment.MoreFragments ? payload.Length % 8 != 0 || (_total >= 0 && end >= _total) : !TrySetTotal(end))
        {
            return false;
        }

        if (_total >= 0 && end > _total)
        {
            return false;
        }

        if (first == 0 && !TryKeepHeader(fragment))
        {
            return false;
        }

        payload.CopyTo(buffer.Memory.AsSpan(PacketBuffer.Headroom + HeaderRoom + first));
        _ranges.Add((first, end));
        _received += payload.Length;
        return true;
    }

    /// <summary>Puts the header in front and sets the length; false when the whole exceeds what an IP packet may have.</summary>
    public bool TryFinish(IpVersion version)
    {
        buffer.SetLength(Math.Min(buffer.Capacity, HeaderRoom + _total));
        buffer.TrimStart(HeaderRoom - _headerLength);
        if (buffer.Length != _headerLength + _total)
        {
            return false;
        }

        _header.AsSpan(0, _headerLength).CopyTo(buffer.Packet);
        buffer.Packet[_fieldAt] = _protocol;
        if (version == IpVersion.V4)
        {
            if (!Ipv4View.TryView(buffer.Packet, out var header))
            {
                return false;
            }

            header.FragmentWord = (ushort)(header.DontFragment ? 0x4000 : 0);
        }

        return IpLengthField.TrySet(buffer.Packet, version);
    }

    private bool TrySetTotal(int end)
    {
        if (_total >= 0 && _total != end)
        {
            return false;
        }

        foreach (var range in _ranges)
        {
            if (range.End > end)
            {
                return false;
            }
        }

        _total = end;
        return true;
    }

    private bool TryKeepHeader(in IpPacketView fragment)
    {
        var isV4 = fragment.Version == IpVersion.V4;
        var length = isV4 ? fragment.PayloadAt : fragment.FragmentHeaderAt;
        // RFC 8200 §4.5: the fragment header follows the per-fragment headers; anything between would lose its name.
        if (length > HeaderRoom || (!isV4 && length != fragment.TransportInsertionAt))
        {
            return false;
        }

        fragment.Octets[..length].CopyTo(_header);
        _headerLength = length;
        (_fieldAt, _protocol) = isV4 ? (fragment.ProtocolFieldAt, fragment.Protocol) : (fragment.TransportProtocolFieldAt, fragment.Octets[fragment.FragmentHeaderAt]);
        return true;
    }

    private bool Overlaps(int first, int end)
    {
        foreach (var range in _ranges)
        {
            if (first < range.End && range.First < end)
            {
                return true;
            }
        }

        return false;
    }
}
