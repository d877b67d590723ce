using System.Runtime.InteropServices;

namespace IpsecDp.Adapters.Linux.Nfqueue;

/// <summary>The attributes of a netlink message, one after the other; it stops at the first whose length lies.</summary>
internal ref struct NetlinkAttributes(ReadOnlySpan<byte> octets)
{
    /// <summary>Octets of struct nlattr.</summary>
    public const int HeaderLength = 4;

    // NLA_F_NESTED and NLA_F_NET_BYTEORDER are no part of the type.
    private const ushort TypeMask = 0x3FFF;

    private ReadOnlySpan<byte> _rest = octets;

    /// <summary>The type of the attribute at hand.</summary>
    public ushort Type { get; private set; }

    /// <summary>Its content without padding.</summary>
    public ReadOnlySpan<byte> Content { get; private set; }

    /// <summary>Whether what was read ended where an attribute ends.</summary>
    public readonly bool IsWhole => _rest.IsEmpty;

    /// <summary>Goes on to the next attribute.</summary>
    public bool MoveNext()
    {
        if (_rest.Length < HeaderLength)
        {
            return false;
        }

        int length = MemoryMarshal.Read<ushort>(_rest);
        if (length < HeaderLength || length > _rest.Length)
        {
            return false;
        }

        Type = (ushort)(MemoryMarshal.Read<ushort>(_rest[2..]) & TypeMask);
        Content = _rest[HeaderLength..length];
        _rest = _rest[Math.Min(NetlinkMessage.Aligned(length), _rest.Length)..];
        return true;
    }
}
