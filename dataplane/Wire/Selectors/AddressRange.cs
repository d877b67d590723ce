using System.Numerics;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Wire.Selectors;

/// <summary>Addresses of one version from <see cref="First"/> to <see cref="Last"/>, both included (RFC 4301 §4.4.1.1).</summary>
public readonly record struct AddressRange(IpAddress First, IpAddress Last)
{
    /// <summary>Every IPv4 address.</summary>
    public static AddressRange AnyV4 => new(new(UInt128.Zero, IpVersion.V4), new(uint.MaxValue, IpVersion.V4));

    /// <summary>Every IPv6 address.</summary>
    public static AddressRange AnyV6 => new(new(UInt128.Zero, IpVersion.V6), new(UInt128.MaxValue, IpVersion.V6));

    /// <summary>One address.</summary>
    public static AddressRange Of(IpAddress address) => new(address, address);

    /// <summary>The addresses that share the first <paramref name="length"/> bits; bits behind them are ignored.</summary>
    public static AddressRange Prefix(IpAddress address, int length)
    {
        var width = address.Length * 8;
        var host = length >= width ? UInt128.Zero : UInt128.MaxValue >> (128 - (width - length));
        return new(address with { Value = address.Value & ~host }, address with { Value = address.Value | host });
    }

    /// <summary>Whether the address lies within.</summary>
    public bool Contains(IpAddress address) => address.Version == First.Version && address.Value >= First.Value && address.Value <= Last.Value;

    /// <summary>Whether every address of the other lies within.</summary>
    public bool Contains(AddressRange other) => Contains(other.First) && Contains(other.Last);

    /// <summary>The length in bits where the range is a prefix, all of it.</summary>
    public bool TryGetPrefix(out int length)
    {
        var host = First.Value ^ Last.Value;
        length = (First.Length * 8) - (int)UInt128.PopCount(host);
        return (host & (host + 1)) == 0 && (First.Value & host) == 0;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        if (First == Last)
        {
            return First.ToString();
        }

        return TryGetPrefix(out var length) ? $"{First}/{length}" : $"{First}-{Last}";
    }
}
