namespace IpsecDp.Ike.Messages.Values;

/// <summary>Octets that never change and are equal by content, so that messages are values.</summary>
public readonly struct Octets : IEquatable<Octets>
{
    private readonly byte[]? _octets;

    /// <summary>Takes a copy.</summary>
    public Octets(ReadOnlySpan<byte> octets) => _octets = octets.IsEmpty ? null : octets.ToArray();

    /// <summary>No octets.</summary>
    public static Octets Empty => default;

    /// <summary>The octets themselves.</summary>
    public ReadOnlySpan<byte> Span => _octets;

    /// <summary>How many there are.</summary>
    public int Length => _octets?.Length ?? 0;

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _octets is null;

    /// <summary>A copy of the octets an array holds.</summary>
    public static Octets Of(params ReadOnlySpan<byte> octets) => new(octets);

    /// <summary>The octets of a hexadecimal text; throws <see cref="FormatException"/> when it is none.</summary>
    public static Octets FromHex(string hex) => new(Convert.FromHexString(hex));

    /// <inheritdoc/>
    public bool Equals(Octets other) => Span.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Octets other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Span);
        return hash.ToHashCode();
    }

    /// <summary>The length only, so that a log line cannot carry what a peer sent.</summary>
    public override string ToString() => $"{Length} octets";

    public static bool operator ==(Octets left, Octets right) => left.Equals(right);

    public static bool operator !=(Octets left, Octets right) => !left.Equals(right);
}
