using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace IpsecDp.Adapters.Linux.Nfqueue;

/// <summary>One message of a netlink datagram (netlink(7)): its header was read, and all that it claims lies inside the datagram.</summary>
internal readonly ref struct NetlinkMessage
{
    /// <summary>Octets of struct nlmsghdr.</summary>
    public const int HeaderLength = 16;

    /// <summary>NLMSG_ERROR.</summary>
    public const ushort ErrorType = 2;

    private const int Alignment = 4;

    private NetlinkMessage(ReadOnlySpan<byte> octets) => Octets = octets;

    /// <summary>Header and body.</summary>
    public ReadOnlySpan<byte> Octets { get; }

    /// <summary>What kind of message it is; for netfilter the subsystem and its message.</summary>
    public ushort Type => MemoryMarshal.Read<ushort>(Octets[4..]);

    /// <summary>The number of the request it answers.</summary>
    public uint Sequence => MemoryMarshal.Read<uint>(Octets[8..]);

    /// <summary>What follows the header.</summary>
    public ReadOnlySpan<byte> Body => Octets[HeaderLength..];

    /// <summary>The error number of an <see cref="ErrorType"/> message, 0 for a consent or where it is cut off.</summary>
    public int Error => Body.Length >= sizeof(int) ? -MemoryMarshal.Read<int>(Body) : 0;

    /// <summary>Takes the first message off a datagram; false where none is left or its length lies.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> datagram, out NetlinkMessage message)
    {
        message = default;
        if (datagram.Length < HeaderLength)
        {
            return false;
        }

        var length = MemoryMarshal.Read<uint>(datagram);
        if (length < HeaderLength || length > (uint)datagram.Length)
        {
            return false;
        }

        message = new NetlinkMessage(datagram[..(int)length]);
        datagram = datagram[Math.Min(Aligned((int)length), datagram.Length)..];
        return true;
    }

    /// <summary>A length with the padding behind it.</summary>
    public static int Aligned(int length) => (length + Alignment - 1) & ~(Alignment - 1);

    /// <summary>A number as netfilter writes it into attributes.</summary>
    public static uint ReadBigEndian(ReadOnlySpan<byte> content) => BinaryPrimitives.ReadUInt32BigEndian(content);
}
