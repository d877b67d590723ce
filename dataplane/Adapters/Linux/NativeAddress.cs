using System.Buffers.Binary;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Adapters.Linux;

/// <summary>struct sockaddr_in and sockaddr_in6.</summary>
internal static unsafe class NativeAddress
{
    /// <summary>Octets that hold either.</summary>
    public const int MaximumLength = 28;

    private const int LengthV4 = 16;

    /// <summary>Writes an address; the scope only counts for IPv6 link-local ones. Gives the octets written.</summary>
    public static int Write(void* target, IpAddress address, int port, uint scope)
    {
        var isV4 = address.Version == IpVersion.V4;
        var octets = new Span<byte>(target, isV4 ? LengthV4 : MaximumLength);
        octets.Clear();
        *(ushort*)target = (ushort)(isV4 ? SocketNumbers.FamilyV4 : SocketNumbers.FamilyV6);
        BinaryPrimitives.WriteUInt16BigEndian(octets[2..], (ushort)port);
        address.WriteTo(octets[(isV4 ? 4 : 8)..]);
        if (!isV4 && IsLinkLocal(address))
        {
            *(uint*)((byte*)target + 24) = scope;
        }

        return octets.Length;
    }

    /// <summary>Reads what the kernel wrote; false for another family.</summary>
    public static bool TryRead(void* source, uint length, out IpAddress address, out ushort port)
    {
        (address, port) = (default, 0);
        var octets = new ReadOnlySpan<byte>(source, (int)length);
        if (length >= LengthV4 && *(ushort*)source == SocketNumbers.FamilyV4)
        {
            (address, port) = (IpAddress.ReadV4(octets[4..]), BinaryPrimitives.ReadUInt16BigEndian(octets[2..]));
            return true;
        }

        if (length >= MaximumLength && *(ushort*)source == SocketNumbers.FamilyV6)
        {
            (address, port) = (IpAddress.ReadV6(octets[8..]), BinaryPrimitives.ReadUInt16BigEndian(octets[2..]));
            return true;
        }

        return false;
    }

    // fe80::/10 (RFC 4291 §2.5.6).
    private static bool IsLinkLocal(IpAddress address) => (address.Value >> 118) == 0x3FA;
}
