namespace IpsecDp.Ike;

/// <summary>The dice of a turn: the operating system's in the product, a seeded stream in a test that must replay.</summary>
public interface IEntropy
{
    /// <summary>Fills all of <paramref name="destination"/> with octets nobody can foretell.</summary>
    void Fill(Span<byte> destination);
}
