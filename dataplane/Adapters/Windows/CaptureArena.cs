using System.Buffers.Binary;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Adapters.Windows;

/// <summary>What one reading of a handle brought, and how far it has been taken out; it belongs to the reader while it is filled and to the face while it is emptied.</summary>
internal sealed class CaptureArena(CaptureReader owner, int octets)
{
    /// <summary>Most packets the driver gives at once.</summary>
    public const int MostPackets = 255;

    private readonly byte[] _octets = GC.AllocateUninitializedArray<byte>(octets, pinned: true);
    private readonly WinDivertAddress[] _addresses = GC.AllocateUninitializedArray<WinDivertAddress>(MostPackets, pinned: true);
    private int _length;
    private int _count;
    private int _at;
    private int _next;

    /// <summary>Who fills it.</summary>
    public CaptureReader Owner { get; } = owner;

    /// <summary>Whether nothing is left.</summary>
    public bool IsEmpty => _next >= _count;

    /// <summary>Packets in it at first.</summary>
    public int Count => _count;

    /// <summary>Octets in it at first.</summary>
    public int Length => _length;

    /// <summary>The first packet's capture time.</summary>
    public long FirstTime => _addresses[0].Timestamp;

    /// <summary>The last packet's capture time.</summary>
    public long LastTime => _addresses[_count - 1].Timestamp;

    /// <summary>Fills it from a handle and gives the error code.</summary>
    public int Fill(IDivertHandle handle)
    {
        (_at, _next) = (0, 0);
        var error = handle.Receive(_octets, _addresses, out _length, out _count);
        if (error != 0)
        {
            // A cut packet is no packet.
            (_length, _count) = (0, 0);
        }

        return error;
    }

    /// <summary>The next packet and its address, which stays next until <see cref="Advance"/>; false when lengths do not agree with what was read, and then nothing of the rest can be found.</summary>
    public bool TryPeek(out Span<byte> packet, out WinDivertAddress address)
    {
        address = _addresses[_next];
        var rest = _octets.AsSpan(_at, _length - _at);
        var length = LengthOf(rest);
        packet = length > 0 && length <= rest.Length ? rest[..length] : default;
        return !packet.IsEmpty;
    }

    /// <summary>Goes behind a packet of <paramref name="length"/> octets.</summary>
    public void Advance(int length)
    {
        _at += length;
        _next++;
    }

    /// <summary>Gives up what is left and says how many packets that is.</summary>
    public int Abandon()
    {
        var left = _count - _next;
        _next = _count;
        return left;
    }

    private static int LengthOf(ReadOnlySpan<byte> packet) => packet.Length switch
    {
        >= Ipv4View.MinimumHeaderLength when packet[0] >> 4 == (int)IpVersion.V4 => BinaryPrimitives.ReadUInt16BigEndian(packet[2..]),
        >= Ipv6View.HeaderLength when packet[0] >> 4 == (int)IpVersion.V6 => Ipv6View.HeaderLength + BinaryPrimitives.ReadUInt16BigEndian(packet[4..]),
        _ => 0,
    };
}
