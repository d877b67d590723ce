using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace IpsecDp.Wire.Ip;

/// <summary>An IPv4 or IPv6 address as a number, so that ranges compare and keys hash without allocating.</summary>
public readonly record struct IpAddress(UInt128 Value, IpVersion Version) : IComparable<IpAddress>, ISpanFormattable
{
    /// <summary>Octets on the wire: 4 or 16.</summary>
    public int Length => Version == IpVersion.V4 ? 4 : 16;

    /// <summary>Whether every bit is zero.</summary>
    public bool IsUnspecified => Value == UInt128.Zero;

    /// <summary>Whether it is a multicast group (RFC 5771, RFC 4291 §2.7).</summary>
    public bool IsMulticast => Version == IpVersion.V4 ? (Value >> 28) == 0xE : (Value >> 120) == 0xFF;

    /// <summary>Reads 4 octets.</summary>
    public static IpAddress ReadV4(ReadOnlySpan<byte> octets) => new(BinaryPrimitives.ReadUInt32BigEndian(octets), IpVersion.V4);

    /// <summary>Reads 16 octets.</summary>
    public static IpAddress ReadV6(ReadOnlySpan<byte> octets) => new(BinaryPrimitives.ReadUInt128BigEndian(octets), IpVersion.V6);

    /// <summary>Reads the text form an operator types; zones and ports are refused.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IpAddress address)
    {
        address = default;
        if (text.ContainsAny('%', '[', ']') || !IPAddress.TryParse(text, out var parsed))
        {
            return false;
        }

        // IPAddress also takes "1" and "0x7f.1" for IPv4; an operator who types that made a mistake.
        if (parsed.AddressFamily == AddressFamily.InterNetwork && text.Count('.') != 3)
        {
            return false;
        }

        address = From(parsed);
        return true;
    }

    /// <summary>Converts from the framework's type.</summary>
    public static IpAddress From(IPAddress address)
    {
        Span<byte> octets = stackalloc byte[16];
        address.TryWriteBytes(octets, out var written);
        return written == 4 ? ReadV4(octets) : ReadV6(octets);
    }

    /// <summary>Writes the <see cref="Length"/> octets.</summary>
    public void WriteTo(Span<byte> octets)
    {
        if (Version == IpVersion.V4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(octets, (uint)Value);
            return;
        }

        BinaryPrimitives.WriteUInt128BigEndian(octets, Value);
    }

    /// <summary>Converts to the framework's type.</summary>
    public IPAddress ToIPAddress()
    {
        Span<byte> octets = stackalloc byte[16];
        WriteTo(octets);
        return new IPAddress(octets[..Length]);
    }

    /// <summary>Orders by version, then by number.</summary>
    public int CompareTo(IpAddress other) => Version == other.Version ? Value.CompareTo(other.Value) : Version.CompareTo(other.Version);

    /// <inheritdoc/>
    public override string ToString()
    {
        Span<char> text = stackalloc char[IpAddressText.MaximumLength];
        return new string(text[..IpAddressText.Write(this, text)]);
    }

    /// <inheritdoc/>
    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    /// <summary>Writes the text form (dotted, or RFC 5952) without allocating; false when it does not fit.</summary>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format = default, IFormatProvider? provider = null)
    {
        Span<char> text = stackalloc char[IpAddressText.MaximumLength];
        var written = text[..IpAddressText.Write(this, text)];
        charsWritten = written.TryCopyTo(destination) ? written.Length : 0;
        return charsWritten > 0;
    }

    public static bool operator <(IpAddress left, IpAddress right) => left.CompareTo(right) < 0;

    public static bool operator <=(IpAddress left, IpAddress right) => left.CompareTo(right) <= 0;

    public static bool operator >(IpAddress left, IpAddress right) => left.CompareTo(right) > 0;

    public static bool operator >=(IpAddress left, IpAddress right) => left.CompareTo(right) >= 0;
}
