using IpsecDp.Ike.Messages.Protection;

namespace IpsecDp.Ike.V2;

/// <summary>The cipher a datagram is opened with, which notes on the IKE SA that the ICV was right the moment it was.</summary>
internal sealed class ProofWatch(IkeSaV2 sa, IIkeCipher cipher) : IIkeCipher
{
    /// <inheritdoc/>
    public int IvLength => cipher.IvLength;

    /// <inheritdoc/>
    public int BlockLength => cipher.BlockLength;

    /// <inheritdoc/>
    public int IcvLength => cipher.IcvLength;

    /// <inheritdoc/>
    public void Seal(ReadOnlySpan<byte> associated, Span<byte> body) => cipher.Seal(associated, body);

    /// <inheritdoc/>
    public bool TryOpen(ReadOnlySpan<byte> associated, Span<byte> body)
    {
        var isRight = cipher.TryOpen(associated, body);
        sa.IsProven |= isRight;
        return isRight;
    }
}
