using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Framing;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ike.Messages.Selectors;

/// <summary>One selector of one side (RFC 7296 §3.13.1): TS_IPV4_ADDR_RANGE or TS_IPV6_ADDR_RANGE.</summary>
/// <param name="Addresses">The addresses.</param>
/// <param name="Protocol">The protocol; 0 for any.</param>
/// <param name="Ports">Ports, or ICMP type and code as one word.</param>
public readonly record struct IkeSelector(AddressRange Addresses, byte Protocol, PortRange Ports)
{
    internal const byte V4Type = 7;
    internal const byte V6Type = 8;

    private const int HeaderLength = 8;

    /// <summary>Every address of a version.</summary>
    public static IkeSelector Any(IpVersion version) => new(version == IpVersion.V4 ? AddressRange.AnyV4 : AddressRange.AnyV6, 0, PortRange.Any);

    /// <summary>Whether it means packets whose ports cannot be seen (RFC 7296 §3.13.1: start 65535 and end 0).</summary>
    public bool IsOpaque => Ports is { First: ushort.MaxValue, Last: 0 };

    /// <summary>Octets on the wire.</summary>
    public int WireLength => HeaderLength + (2 * Addresses.First.Length);

    /// <summary>Whether every packet of the other fits.</summary>
    public bool Contains(IkeSelector other) =>
        Addresses.Contains(other.Addresses) && (Protocol == 0 || Protocol == other.Protocol)
        && (Ports == other.Ports || Ports.IsAny || (!other.IsOpaque && Ports.First <= other.Ports.First && other.Ports.Last <= Ports.Last));

    internal static bool TryRead(byte type, byte protocol, ReadOnlySpan<byte> content, out IkeSelector selector, out IkeFault fault)
    {
        selector = default;
        var length = type == V4Type ? 4 : 16;
        var reader = new PayloadReader(content);
        if (!reader.TryReadUInt16(out var firstPort) || !reader.TryReadUInt16(out var lastPort)
            || !reader.TryReadOctets(length, out var first) || !reader.TryReadOctets(length, out var last) || !reader.IsAtEnd)
        {
            fault = IkeFault.SelectorLength;
            return false;
        }

        var addresses = type == V4Type ? new AddressRange(IpAddress.ReadV4(first), IpAddress.ReadV4(last)) : new AddressRange(IpAddress.ReadV6(first), IpAddress.ReadV6(last));
        selector = new(addresses, protocol, new(firstPort, lastPort));
        fault = addresses.First > addresses.Last || (firstPort > lastPort && !selector.IsOpaque) ? IkeFault.SelectorRange : IkeFault.None;
        return fault == IkeFault.None;
    }

    internal void Write(ref PayloadWriter writer)
    {
        writer.Octet(Addresses.First.Version == IpVersion.V4 ? V4Type : V6Type);
        writer.Octet(Protocol);
        writer.Word(WireLength);
        writer.Word(Ports.First);
        writer.Word(Ports.Last);
        writer.Address(Addresses.First);
        writer.Address(Addresses.Last);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Addresses} proto {(Protocol == 0 ? "any" : Protocol)} port {(IsOpaque ? "opaque" : Ports)}";
}
