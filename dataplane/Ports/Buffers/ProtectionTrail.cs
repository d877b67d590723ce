using System.Runtime.CompilerServices;

namespace IpsecDp.Ports.Buffers;

/// <summary>The SAs an inbound packet was opened by, innermost last, so that policy can ask whether it arrived as it had to (RFC 4301 §5.2).</summary>
public struct ProtectionTrail : IEquatable<ProtectionTrail>
{
    /// <summary>Most layers a packet may have; nesting beyond it is refused (a bound on work an attacker can ask for).</summary>
    public const int MaximumDepth = 4;

    private int _depth;
    private long _first;
    private long _second;
    private long _third;
    private long _fourth;

    /// <summary>Layers opened so far.</summary>
    public readonly int Depth => _depth;

    /// <summary>The identity of the SA that opened layer <paramref name="index"/>, 0 for the outermost.</summary>
    public readonly long this[int index] => index switch { 0 => _first, 1 => _second, 2 => _third, 3 => _fourth, _ => 0 };

    /// <summary>Adds a layer; false when the packet is nested too deeply.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAdd(long securityAssociation)
    {
        if (Depth > 0)
        {
            return TryAddNext(securityAssociation);
        }

        _first = securityAssociation;
        _depth = 1;
        return true;
    }

    // For its cache line alone.
    internal readonly void Fetch() => _ = Volatile.Read(in _depth);

    private bool TryAddNext(long securityAssociation)
    {
        switch (Depth)
        {
            case 1: _second = securityAssociation; break;
            case 2: _third = securityAssociation; break;
            case 3: _fourth = securityAssociation; break;
            default: return false;
        }

        _depth++;
        return true;
    }

    /// <inheritdoc/>
    public readonly bool Equals(ProtectionTrail other) =>
        Depth == other.Depth && _first == other._first && _second == other._second && _third == other._third && _fourth == other._fourth;

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is ProtectionTrail other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(Depth, _first, _second, _third, _fourth);

    /// <summary>Whether both name the same layers.</summary>
    public static bool operator ==(ProtectionTrail left, ProtectionTrail right) => left.Equals(right);

    /// <summary>Whether they differ in a layer.</summary>
    public static bool operator !=(ProtectionTrail left, ProtectionTrail right) => !left.Equals(right);
}
