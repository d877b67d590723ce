namespace IpsecDp.Wire.Selectors;

/// <summary>Ports, or ICMP type and code as one word (type × 256 + code, RFC 4301 §4.4.1.1), from <see cref="First"/> to <see cref="Last"/>, both included.</summary>
public readonly record struct PortRange(ushort First, ushort Last)
{
    /// <summary>Every port, and packets that have or show none (RFC 4301's ANY).</summary>
    public static PortRange Any => new(0, ushort.MaxValue);

    /// <summary>Whether every port fits, so that a packet without ports fits too.</summary>
    public bool IsAny => First == 0 && Last == ushort.MaxValue;

    /// <summary>One port.</summary>
    public static PortRange Of(ushort port) => new(port, port);

    /// <summary>ICMP messages of a type, of one code or of every code.</summary>
    public static PortRange OfIcmp(byte type, byte? code) => new((ushort)((type << 8) | (code ?? 0)), (ushort)((type << 8) | (code ?? 255)));

    /// <summary>Whether the port lies within.</summary>
    public bool Contains(ushort port) => port >= First && port <= Last;

    /// <summary>Whether every port of the other lies within.</summary>
    public bool Contains(PortRange other) => Contains(other.First) && Contains(other.Last);

    /// <inheritdoc/>
    public override string ToString() => IsAny ? "any" : First == Last ? $"{First}" : $"{First}-{Last}";
}
